#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/format.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define EIB (1024 * 1024 * TIB)

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static void test_bytes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *shorter, *longer, *rate;
    } rows[] = {
        {0, "0", "0 bytes", "0/s"},
        {1, "1", "1 byte", "1/s"},
        {512, "512", "512 bytes", "512/s"},
        {1023, "1023", "1023 bytes", "1023/s"},
        {1024, "1.0K", "1.0 KiB", "1.0K/s"},
        {1536, "1.5K", "1.5 KiB", "1.5K/s"},
        {10 * KIB - 52, "9.9K", "9.9 KiB", "9.9K/s"},
        {10 * KIB - 51, "10.0K", "10 KiB", "10K/s"},
        {100 * KIB - 52, "99.9K", "100 KiB", "100K/s"},
        {100 * KIB - 51, "100K", "100 KiB", "100K/s"},
        {MIB - 513, "1023K", "1023 KiB", "1023K/s"},
        {MIB - 512, "1.0M", "1.0 MiB", "1.0M/s"},
        {12 * MIB, "12.0M", "12 MiB", "12M/s"},
        {88 * MIB + 300 * KIB, "88.3M", "88 MiB", "88M/s"},
        {60 * GIB, "60.0G", "60.0 GiB", "60G/s"},
        {200 * GIB, "200G", "200 GiB", "200G/s"},
        {1229 * MIB, "1.2G", "1.2 GiB", "1.2G/s"},
        {TIB - 1, "1.0T", "1.0 TiB", "1.0T/s"},
        {3 * EIB, "3.0E", "3.0 EiB", "3.0E/s"},
        {UINT64_MAX, "16.0E", "16.0 EiB", "16E/s"},
    };
    char buf[FORMAT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_string_equal(format_bytes(buf, rows[i].bytes), rows[i].shorter);
        assert_string_equal(format_bytes_long(buf, rows[i].bytes), rows[i].longer);
        assert_string_equal(format_rate(buf, rows[i].bytes), rows[i].rate);
    }
}

/* Around every power of two and ten: the columns hold, the value is near. */
static void test_bytes_everywhere(void **state)
{
    char buf[FORMAT_SIZE];

    (void)state;
    for (unsigned shift = 0; shift < 64; shift++)
        for (uint64_t factor = 1; factor <= 1000; factor += 37)
            for (int64_t near = -3; near <= 3; near++) {
                uint64_t bytes = (UINT64_C(1) << shift) / 1000 * factor + (uint64_t)near;
                uint64_t parsed;

                assert_in_range(strlen(format_rate(buf, bytes)), 3, 7);
                assert_in_range(strlen(format_bytes(buf, bytes)), 1, 6);
                if (bytes > INT64_MAX / 2)
                    continue;
                assert_int_equal(format_parse_bytes(buf, &parsed), 0);
                assert_true(parsed <= bytes + bytes / 18 && parsed >= bytes - bytes / 18);
            }
}

static void test_duration(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "0s"},          {8, "8s"},           {59, "59s"},        {60, "1m00"},
        {192, "3m12"},      {599, "9m59"},       {600, "10m"},       {720, "12m"},
        {3599, "59m"},      {3600, "1h00"},      {7500, "2h05"},     {86399, "23h59"},
        {86400, "1d00"},    {273600, "3d04"},    {8639999, "99d23"}, {8640000, "100d"},
        {86399999, "999d"}, {86400000, "999d+"}, {-5, "0s"},
    };
    char buf[FORMAT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(format_duration(buf, rows[i].seconds * 1000), rows[i].text);
    assert_string_equal(format_duration(buf, 999), "0s");
    assert_string_equal(format_duration(buf, 1999), "1s");
    assert_string_equal(format_duration(buf, INT64_MAX), "999d+");
    assert_string_equal(format_duration(buf, INT64_MIN), "0s");
    for (int64_t ms = 0; ms < INT64_C(200000000000); ms += ms / 50 + 77)
        assert_in_range(strlen(format_duration(buf, ms)), 2, 5);
}

static void test_percent(void **state)
{
    static const struct {
        uint64_t done, total;
        const char *text;
    } rows[] = {
        {0, 0, "-"},
        {5, 0, "-"},
        {0, 1, "0.0"},
        {1, 1, "100.0"},
        {2, 1, "100.0"},
        {1, 2, "50.0"},
        {1, 3, "33.3"},
        {9999, 10000, "99.9"},
        {10736369664, 10737418240, "99.9"},
        {UINT64_MAX - 1, UINT64_MAX, "99.9"},
        {UINT64_MAX, UINT64_MAX, "100.0"},
        {UINT64_MAX, 1, "100.0"},
        {UINT64_MAX / 4, UINT64_MAX, "25.0"},
        {1, UINT64_MAX, "0.0"},
    };
    char buf[FORMAT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(format_percent(buf, rows[i].done, rows[i].total), rows[i].text);
}

static void test_percent_is_never_100_before_the_end(void **state)
{
    char buf[FORMAT_SIZE];

    (void)state;
    for (uint64_t total = 1; total; total <<= 1)
        for (uint64_t left = 1; left <= total; left <<= 1) {
            double share = atof(format_percent(buf, total - left, total));

            assert_true(share >= 0 && share < 100);
            assert_true(share < 1e-9 + (double)(total - left) * 100 / (double)total);
            if (left == total)
                break;
        }
}

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } rows[] = {
        {"0", 0},
        {"00", 0},
        {"0.0k", 0},
        {"512", 512},
        {"512B", 512},
        {"100/s", 100},
        {"10M", 10 * MIB},
        {"10m", 10 * MIB},
        {"10MB", 10 * MIB},
        {"10MiB/s", 10 * MIB},
        {" 10 mib/S ", 10 * MIB},
        {"1.5k", 1536},
        {"1.5ki", 1536},
        {"0.001k", 1},
        {"1.999999999999999999999999", 1},
        {"0.1G", GIB / 10},
        {"1.2g", GIB + GIB / 5},
        {"2T", 2 * TIB},
        {"3P", 3 * KIB * TIB},
        {"7.9999999999999999999E", INT64_MAX},
        {"9223372036854775807", INT64_MAX},
    };
    uint64_t bytes;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(format_parse_bytes(rows[i].text, &bytes), 0);
        if (bytes != rows[i].bytes)
            fail_msg("\"%s\" gives %llu", rows[i].text, (unsigned long long)bytes);
    }
}

static void test_parse_refuses(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "M",
        "-1",
        "+1",
        ".5M",
        "5.",
        "5.M",
        "1..5",
        "1,5",
        "10X",
        "10MM",
        "10Mx",
        "10 M B",
        "10iB",
        "10/m",
        "10M/",
        "0x10",
        "1e3",
        "1 2",
        "10M/s/s",
        "8E",
        "9223372036854775808",
        "99999999999999999999999",
        "18446744073709551616",
        "9007199254740992k",
        "0.0001k",
        "0.9",
        "10\n",
        "\t10",
        "10BB",
        "nan",
        "inf",
    };
    uint64_t bytes = 4711;

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        if (format_parse_bytes(texts[i], &bytes) != -1)
            fail_msg("\"%s\" was taken", texts[i]);
        assert_int_equal(bytes, 4711);
    }
}

static void test_exact_bytes_are_read_back(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {
        {0, "0"},
        {1, "1"},
        {1023, "1023"},
        {KIB, "1K"},
        {1536, "1536"},
        {128 * MIB, "128M"},
        {100000000, "100000000"},
        {UINT64_C(1) << 60, "1E"},
        {INT64_MAX, "9223372036854775807"},
    };
    char buf[FORMAT_SIZE];
    uint64_t parsed;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_string_equal(format_bytes_exact(buf, rows[i].bytes), rows[i].text);
        assert_int_equal(format_parse_bytes(buf, &parsed), 0);
        assert_true(parsed == rows[i].bytes);
    }
}

static void test_parse_times(void **state)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } rows[] = {
        {"0", 0},
        {"300", 300},
        {"300ms", 300},
        {" 300 mS ", 300},
        {"2s", 2000},
        {"1.5 S", 1500},
        {"0.05s", 50},
        {"1.2345s", 1234},
        {"0.0009s", 0},
        {"300.9ms", 300},
        {"2000000", 2000000},
        {"9223372036854774s", UINT64_C(9223372036854774000)},
    };
    static const char *const wrong[] = {
        "",
        " ",
        "s",
        "ms",
        "-1",
        "1m",
        "1min",
        "1 s s",
        "1.s",
        ".5s",
        "1,5s",
        "0x1",
        "9223372036854776s",
        "99999999999999999999",
    };
    uint64_t ms;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        ms = 4711;
        if (format_parse_ms(rows[i].text, &ms) != 0 || ms != rows[i].ms)
            fail_msg("\"%s\" gives %llu", rows[i].text, (unsigned long long)ms);
    }
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        ms = 4711;
        if (format_parse_ms(wrong[i], &ms) != -1 || ms != 4711)
            fail_msg("\"%s\" was taken", wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_bytes_everywhere),
        cmocka_unit_test(test_duration),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_percent_is_never_100_before_the_end),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_exact_bytes_are_read_back),
        cmocka_unit_test(test_parse_times),
    };

    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
