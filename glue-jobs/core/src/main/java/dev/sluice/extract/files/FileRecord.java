package dev.sluice.extract.files;

import java.util.Map;

/**
 * One record of a file.
 *
 * @param line where it begins, from 1; its number where the format has no lines
 * @param values by name, as text; NULL for none. Empty where the record is malformed.
 * @param malformed why it is no record of its format; NULL where it is one
 * @param text what stands there, where it is malformed
 */
record FileRecord(long line, Map<String, String> values, String malformed, String text) {

    private static final int LONGEST_TEXT = 10_000;

    static FileRecord of(long line, Map<String, String> values) {
        return new FileRecord(line, values, null, null);
    }

    static FileRecord malformed(long line, String reason, String text) {
        return new FileRecord(
                line, Map.of(), reason, text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text);
    }
}
