package classifieds_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// picture makes a picture of a type.
func picture(t *testing.T, kind string) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 30, 20), palette.WebSafe)
	var b bytes.Buffer
	var err error
	switch kind {
	case "image/png":
		err = png.Encode(&b, img)
	case "image/jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "image/gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPhotos(t *testing.T) {
	s := open(t)
	for _, kind := range []string{"image/png", "image/jpeg", "image/gif"} {
		t.Run(kind, func(t *testing.T) {
			data := picture(t, kind)
			w := s.upload("/ads", adForm(), data)
			if w.Code != 303 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			ad, _, _ := strings.Cut(w.Header().Get("Location"), "/edit")
			imgs := check(t, s.get(ad).Body.String()).all("img")
			if len(imgs) != 1 || attr(imgs[0], "width") != "30" || attr(imgs[0], "height") != "20" || attr(imgs[0], "alt") != "Photo 1 of Zeppelin" {
				t.Fatalf("the ad shows %v", imgs)
			}
			photo := s.get(attr(imgs[0], "src"))
			if !bytes.Equal(photo.Body.Bytes(), data) || photo.Header().Get("Content-Type") != kind || !strings.Contains(photo.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("the photo is %d bytes with %v", photo.Body.Len(), photo.Header())
			}
			s.revalidate(t, attr(imgs[0], "src"), data)
		})
	}
	if w := s.upload("/ads", adForm(), nil); w.Code != 303 {
		t.Errorf("a form without a photo answers %d", w.Code)
	}
}

// revalidate requests a photo that the client may have, or has in part.
func (s *town) revalidate(t *testing.T, path string, data []byte) {
	t.Helper()
	tag := `"` + strings.TrimPrefix(path, "/photos/") + `"`
	for _, c := range []struct {
		field, value string
		status       int
		body         []byte
	}{
		{"If-None-Match", tag, 304, nil}, {"If-None-Match", `"other", W/` + tag, 304, nil}, {"If-None-Match", "*", 304, nil}, {"If-None-Match", `"other"`, 200, data},
		{"Range", "bytes=1-3", 206, data[1:4]}, {"Range", "bytes=-1", 206, data[len(data)-1:]}, {"Range", "lines=1", 416, []byte("invalid range\n")},
		{"If-Match", tag, 200, data}, {"If-Match", `"other"`, 412, nil},
	} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set(c.field, c.value)
		w := s.do(r)
		if w.Code != c.status || !bytes.Equal(w.Body.Bytes(), c.body) {
			t.Errorf("with %s %s: got %d and %d bytes, want %d and %d", c.field, c.value, w.Code, w.Body.Len(), c.status, len(c.body))
		}
		if c.status >= 400 && w.Header().Get("Cache-Control") != "" {
			t.Errorf("with %s %s: caches may keep the error: %v", c.field, c.value, w.Header())
		}
		if c.status < 400 && w.Header().Get("Etag") != tag {
			t.Errorf("with %s %s: the tag is %s, want %s", c.field, c.value, w.Header().Get("Etag"), tag)
		}
	}
}

func TestPhotoMistakes(t *testing.T) {
	s := open(t)
	for name, c := range map[string]struct {
		photo   []byte
		status  int
		problem string
	}{
		"text":            {[]byte("a letter"), 422, "This is not a JPEG, PNG or GIF picture."},
		"a page":          {[]byte("<html><script>alert(1)</script>"), 422, "This is not a JPEG, PNG or GIF picture."},
		"another kind":    {[]byte("RIFF\x24\x00\x00\x00WEBPVP8 "), 422, "This is not a JPEG, PNG or GIF picture."},
		"the head alone":  {[]byte("\x89PNG\r\n\x1a\n"), 422, "This is not a JPEG, PNG or GIF picture."},
		"too many pixels": {hugePNG(50_000, 50_000), 422, "This picture has too many pixels."},
		"too many bytes":  {append(picture(t, "image/png"), make([]byte, 2<<20)...), 422, "A photo may have up to 2 MB; this one has 2048 KB."},
		"cut off":         {bytes.TrimSuffix(picture(t, "image/jpeg"), []byte("\xff\xd9")), 422, "This picture is damaged or incomplete."},
		"damaged":         {damaged(picture(t, "image/png")), 422, "This picture is damaged or incomplete."},
		"a page behind":   {append(picture(t, "image/gif"), "<script>alert(1)</script>"...), 422, "This file has more in it than a picture. Please save the picture again, and choose that file."},
		"far too many":    {make([]byte, 4<<20), 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.upload("/ads", adForm(), c.photo)
			if w.Code != c.status {
				t.Fatalf("got %d, want %d", w.Code, c.status)
			}
			p := check(t, w.Body.String())
			if c.status == 422 {
				mistaken(t, p, "photo", c.problem, url.Values{"title": {"Zeppelin"}})
				if f := p.byID("photo"); text(p.byID(attr(f, "aria-describedby"))) != c.problem {
					t.Errorf("the text at the photo is %q", text(p.byID(attr(f, "aria-describedby"))))
				}
			}
		})
	}
	w := s.upload("/ads", adForm("title", ""), picture(t, "image/png"))
	if w.Code != 422 || !strings.Contains(w.Body.String(), "Please choose the photo again") {
		t.Errorf("a valid photo with an invalid title: status %d", w.Code)
	}
}

// damaged changes the checksum of a PNG's data, which stands before the last chunk of 12 bytes.
func damaged(png []byte) []byte {
	png[len(png)-13]++
	return png
}

// hugePNG returns the header of a picture that would not fit into memory.
func hugePNG(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	head = append(binary.BigEndian.AppendUint32(head, height), 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// TestPhotosOfAnAd adds photos until the ad is full, and removes some.
func TestPhotosOfAnAd(t *testing.T) {
	s := open(t)
	edit, _, _ := strings.Cut(s.posted(adForm()), "&done=")
	ad, _, _ := strings.Cut(edit, "/edit")
	for range 8 {
		if w := s.upload(edit, adForm(), picture(t, "image/gif")); w.Code != 303 {
			t.Fatalf("got %d", w.Code)
		}
	}
	w := s.upload(edit, adForm(), picture(t, "image/gif"))
	if w.Code != 422 || !strings.Contains(w.Body.String(), "An ad has up to 8 photos.") {
		t.Errorf("a ninth photo: %d", w.Code)
	}
	boxes := s.boxes(t, edit)
	if len(boxes) != 8 {
		t.Fatalf("photos %v can be removed, want 8", boxes)
	}
	form := adForm("title", "")
	form["drop"] = boxes[:3]
	if p := check(t, s.post(edit, form).Body.String()); checked(p) != 3 {
		t.Errorf("a form with mistakes keeps %d choices, want 3", checked(p))
	}
	form = adForm()
	form["drop"] = append(boxes[:3:3], "1", "x") // photo 1 belongs to another ad
	if w := s.upload(edit, form, picture(t, "image/png")); w.Code != 303 {
		t.Fatalf("got %d", w.Code)
	}
	if n := len(check(t, s.get(ad).Body.String()).all("img")); n != 6 {
		t.Errorf("the ad shows %d photos, want 6", n)
	}
	if !strings.Contains(s.get("/").Body.String(), "1 Jul 2026 · 6 photos") {
		t.Error("the list does not show 6 photos")
	}
	if w := s.get("/photos/1"); w.Code != 200 {
		t.Errorf("another ad's photo was removed: %d", w.Code)
	}
}

// boxes returns the photos that an edit page can remove.
func (s *town) boxes(t *testing.T, edit string) (ids []string) {
	t.Helper()
	for _, f := range check(t, s.get(edit).Body.String()).all("input") {
		if attr(f, "name") == "drop" {
			ids = append(ids, attr(f, "value"))
		}
	}
	return ids
}

func checked(p page) (n int) {
	for _, f := range p.all("input") {
		if _, ok := lookup(f, "checked"); ok {
			n++
		}
	}
	return n
}
