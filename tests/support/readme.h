#ifndef QMPTOP_TESTS_SUPPORT_README_H
#define QMPTOP_TESTS_SUPPORT_README_H

/*
 * readme: README.md, for tests of what it says of the program. It does not know what that is.
 */

/* All of it, NUL-terminated: static, the caller may write into it, the next call reads it
 * anew. It stands above the build tree of $QMPTOP, else in the working directory; not to be
 * read fails the test. */
char *readme_text(void);

#endif
