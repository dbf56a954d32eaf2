package dev.sluice.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code schema.table} as settings write it: each part as the database's catalog spells it, in double quotes only
 * where it holds a dot or a double quote itself. Without a schema it is {@code public}.
 */
record QualifiedName(String schema, String table) {

    static final String DEFAULT_SCHEMA = "public";

    private static final String PART = "(?:\"((?:[^\"]|\"\")+)\"|([^.\"]+))";
    private static final Pattern FORM = Pattern.compile("(?:" + PART + "\\.)?" + PART);

    static Optional<QualifiedName> find(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new QualifiedName(
                part(matcher, 1).orElse(DEFAULT_SCHEMA), part(matcher, 3).orElseThrow()));
    }

    private static Optional<String> part(Matcher matcher, int quoted) {
        return Optional.ofNullable(matcher.group(quoted))
                .map(text -> text.replace("\"\"", "\""))
                .or(() -> Optional.ofNullable(matcher.group(quoted + 1)));
    }

    @Override
    public String toString() {
        return written(schema) + "." + written(table);
    }

    private static String written(String part) {
        return part.contains(".") || part.contains("\"") ? '"' + part.replace("\"", "\"\"") + '"' : part;
    }
}
