package dev.sluice.settings;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/** Target column names for source columns whose own names do not work in the lake. */
public final class TargetColumns {

    private TargetColumns() {}

    /**
     * The name to give a source column in the lake: itself where that works, else in lower case with {@code _} between
     * words, without accents, at most 63 characters, and with {@code _} after a reserved word. Two source columns may
     * get the same name; the caller tells them apart.
     */
    public static String nameFor(String sourceColumn) {
        String words = Normalizer.normalize(sourceColumn, Normalizer.Form.NFD)
                .replaceAll("\\p{M}+", "")
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_]+", "_");
        String name = words.isEmpty() || words.equals("_") ? "column_" : words;
        if (Character.isDigit(name.charAt(0)) || name.startsWith(Identifiers.OWN_PREFIX)) {
            name = "column_" + name;
        }
        if (ReservedWords.contains(name)) {
            name = name + "_";
        }
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(ascii.length, Identifiers.POSTGRESQL_MAX_BYTES);
        return new String(ascii, 0, length, StandardCharsets.US_ASCII);
    }
}
