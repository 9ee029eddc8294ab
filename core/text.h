#ifndef QMPTOP_CORE_TEXT_H
#define QMPTOP_CORE_TEXT_H

/*
 * text: turns untrusted bytes into text that is safe on a terminal, and
 * measures text in terminal columns. It does not know where the bytes come
 * from or where they will be drawn.
 *
 * Names, job ids and error texts come from a QEMU that its guest may own
 * (qemu docs/system/security.rst). None of their bytes may move a cursor,
 * start an escape sequence, reorder or hide what stands beside them. So every
 * character that is not plainly visible is written out: ESC as "\x1b", newline
 * as "\n", U+202E as "\u202e", U+E0041 as "\U000e0041", a byte that is not
 * UTF-8 as "\xff".
 */

#include <stdbool.h>
#include <stddef.h>

/* What the terminal can show. Under TEXT_ASCII everything above 0x7e is
 * written as an escape. TEXT_UTF8 needs a UTF-8 LC_CTYPE: widths come from
 * wcwidth(3). */
enum text_charset { TEXT_ASCII, TEXT_UTF8 };

/* Most bytes one input byte can become ("\xff"); a multi-byte character never
 * needs more per byte. */
#define TEXT_GROWTH 4

/* Writes the printable form of `len` bytes at `src` into `dst` of `size` > 0
 * bytes, always NUL-terminated, cut at a whole character or escape when it does
 * not fit. Escaped are: C0, DEL, C1, characters of zero or unknown width
 * (combining, zero-width, bidi controls, tags), soft hyphen, blanks other than
 * the space, private use, what joins with its neighbour (flags, skin tones),
 * right-to-left letters (a terminal that knows bidi moves the cells beside
 * them), surrogates and invalid UTF-8. TAB, LF and CR become "\t", "\n", "\r".
 * Clean text stays as it is. Returns the bytes written without the NUL. */
size_t text_clean(char *dst, size_t size, const char *src, size_t len,
                  enum text_charset charset);

/* Columns that `clean` (from text_clean, or ASCII) takes on a terminal. A byte
 * that is not UTF-8 and a character the locale does not know count as one. */
int text_width(const char *clean);

/* Bytes of `clean` that fit into `columns` columns without cutting a character;
 * *used (may be NULL) gets the columns they take. */
size_t text_fit(const char *clean, int columns, int *used);

/* Copies `clean` into `dst` of `size` > 0 bytes, cut to `columns` columns (and
 * to `size`) with the ASCII `mark` ("~") behind what is left where something was
 * cut. Always NUL-terminated; nothing is copied when columns < 1. Returns the
 * columns used. */
int text_ellipsis(char *dst, size_t size, const char *clean, int columns, char mark);

/* The same, but cut in the middle, so that both ends stay: names often differ in their
 * last characters only. "drive-scsi1-attempt-3" in 12 columns is "drive~empt-3". */
int text_middle(char *dst, size_t size, const char *clean, int columns, char mark);

/* Case-insensitive search for `needle` in `haystack` (ASCII folding); an empty
 * needle is everywhere. */
bool text_contains(const char *haystack, const char *needle);

#endif
