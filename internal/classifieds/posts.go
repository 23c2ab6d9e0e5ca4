package classifieds

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/pages"
)

func postForm(v *visit) error {
	return v.showPostForm(http.StatusOK, pages.Form{Values: map[string]string{"category": v.query().Get("category")}})
}

func (v *visit) showPostForm(status int, f pages.Form) error {
	categories, err := v.db.Categories(v.r.Context())
	if err != nil {
		return err
	}
	return v.page(status, pages.Post(f, categories))
}

func post(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	ad, photos, form, err := v.readAd()
	if err != nil {
		return err
	}
	if len(form.Problems) > 0 {
		return v.showPostForm(http.StatusUnprocessableEntity, form)
	}
	secret, err := v.db.Secret(v.r.Context()) // before the write, after which nothing may fail
	if err != nil {
		return err
	}
	ad.Posted = v.now
	id, err := v.db.Add(v.r.Context(), ad, photos)
	if err != nil {
		return err
	}
	key := keyOf(secret, id)
	return v.seeOther(pages.EditPath(id, key) + "&done=posted")
}

// keyOf returns the secret of an ad's edit link: the HMAC-SHA-256 of its id with the
// data set's secret.
func keyOf(secret []byte, id int64) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write(strconv.AppendInt([]byte("edit "), id, 10))
	return hex.EncodeToString(mac.Sum(nil)[:12])
}

// own returns the id in the path if key is the key of its edit link. A wrong key
// gives the same error as a missing ad.
func (v *visit) own(key string) (int64, error) {
	id, err := v.id()
	if err != nil {
		return 0, err
	}
	secret, err := v.db.Secret(v.r.Context())
	if err != nil {
		return 0, err
	}
	if !hmac.Equal([]byte(key), []byte(keyOf(secret, id))) {
		return 0, listings.ErrNotFound
	}
	return id, nil
}

// saved are the notices of the edit page after a post.
var saved = map[string]string{
	"posted": "Your ad is online.",
	"saved":  "Your changes are online.",
}

// mine returns the ad in the path if key is the key of its edit link.
func (v *visit) mine(key string) (listings.Ad, error) {
	id, err := v.own(key)
	if err != nil {
		return listings.Ad{}, err
	}
	return v.db.Ad(v.r.Context(), id)
}

func editForm(v *visit) error {
	key := v.query().Get("key")
	ad, err := v.mine(key)
	if err != nil {
		return err
	}
	return v.showEditForm(http.StatusOK, pages.EditPage{Ad: ad, Key: key, Form: pages.Fill(ad), Notice: saved[v.query().Get("done")]})
}

func (v *visit) showEditForm(status int, page pages.EditPage) (err error) {
	if page.Categories, err = v.db.Categories(v.r.Context()); err != nil {
		return err
	}
	if page.Replies, err = v.db.Replies(v.r.Context(), page.Ad.ID, mostReply); err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store") // the page contains the key
	return v.page(status, pages.Edit(page))
}

func edit(v *visit) error {
	key := v.query().Get("key")
	old, err := v.mine(key)
	if err != nil {
		return err
	}
	if err := v.parse(); err != nil {
		return err
	}
	ad, photos, form, err := v.readAd()
	if err != nil {
		return err
	}
	dropped := v.dropped(old)
	if len(old.Pictures)-len(dropped)+len(photos) > maxPhotos {
		form.Problems["photo"] = "An ad has up to " + strconv.Itoa(maxPhotos) + " photos."
	}
	if len(form.Problems) > 0 {
		return v.showEditForm(http.StatusUnprocessableEntity, pages.EditPage{Ad: old, Key: key, Form: form, Dropped: dropped})
	}
	ad.ID = old.ID
	if err := v.db.Change(v.r.Context(), ad, photos, dropped); err != nil {
		return err
	}
	return v.seeOther(pages.EditPath(ad.ID, key) + "&done=saved")
}

// dropped returns the ad's photos that the form removes.
func (v *visit) dropped(ad listings.Ad) (ids []int64) {
	for _, p := range ad.Pictures {
		if slices.Contains(v.r.PostForm["drop"], strconv.FormatInt(p.ID, 10)) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func remove(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	id, err := v.own(v.r.PostForm.Get("key"))
	if err != nil {
		return err
	}
	if err := v.db.Remove(v.r.Context(), id); err != nil {
		return err
	}
	return v.seeOther("/")
}

func reply(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	id, err := v.id()
	if err != nil {
		return err
	}
	c := newChecker(v.r.PostForm)
	m := listings.Reply{Ad: id, Sent: v.now.Unix(), Name: c.line("name", 1, 60), Email: c.email("email"), Body: c.text("message", 1, 2000, invisibleInText)}
	if len(c.form.Problems) > 0 {
		return v.showAd(http.StatusUnprocessableEntity, c.form)
	}
	if err := v.db.AddReply(v.r.Context(), m); err != nil {
		return err
	}
	return v.seeOther("/ads/" + strconv.FormatInt(id, 10) + "?done=replied")
}

func flagAd(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.db.Flag(v.r.Context(), id); err != nil {
		return err
	}
	return v.seeOther("/ads/" + strconv.FormatInt(id, 10) + "?done=flagged")
}
