package site

import (
	"fmt"
	"html/template"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty edge of a QR code, in modules: ISO/IEC 18004 wants four.
const quiet = 4

// code is an address as a QR code: a picture of its own light paper, since
// cameras want dark on light, also on a dark page. Empty when the address is
// too long for one.
func code(address, label string) template.HTML {
	c, err := qr.Encode(address, qr.M, qr.Unicode)
	if err != nil {
		return ""
	}
	size := c.Bounds().Dx()
	var dark strings.Builder
	for y := range size {
		for x := 0; x < size; {
			end := x
			for end < size && c.At(x, y) == color.Black && c.At(end, y) == color.Black {
				end++
			}
			if end > x {
				fmt.Fprintf(&dark, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, end-x, end-x)
			}
			x = max(end, x+1)
		}
	}
	label = template.HTMLEscapeString(label)
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %[2]d" width="168" height="168" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[2]dv%[2]dh-%[2]dz"/><path d="%s"/></svg>`, label, size+2*quiet, dark.String())) // #nosec: the label is escaped, the rest is numbers
}
