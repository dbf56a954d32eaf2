package dev.sluice.settings;

import java.text.Normalizer;
import java.util.Locale;

/** Names in the lake for tables and columns whose names in the source do not work there. */
public final class TargetNames {

    private TargetNames() {}

    /**
     * The name to give a source column in the lake: itself where that works, else in lower case with {@code _} between
     * words, without accents, at most 63 characters, and with {@code _} after a reserved word. Two source columns may
     * get the same name; the caller tells them apart.
     */
    public static String columnFor(String sourceColumn) {
        String name = words(sourceColumn, "column");
        if (name.startsWith(Identifiers.OWN_PREFIX)) {
            name = "column" + name;
        }
        return cut(ReservedWords.contains(name) ? name + "_" : name);
    }

    /** The name to register a source table under, by the same rules; reserved words are allowed. */
    public static String tableFor(String sourceTable) {
        String name = words(sourceTable, "table");
        return cut(name.startsWith("_") ? "table" + name : name);
    }

    /** Lower-case letters, digits and {@code _}; what has none of them, or begins with a digit, begins with the noun. */
    private static String words(String text, String noun) {
        String words = Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}+", "")
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_]+", "_");
        boolean empty = words.replace("_", "").isEmpty();
        return empty || Character.isDigit(words.charAt(0)) ? noun + "_" + (empty ? "" : words) : words;
    }

    private static String cut(String name) {
        return name.substring(0, Math.min(name.length(), Identifiers.POSTGRESQL_MAX_BYTES));
    }
}
