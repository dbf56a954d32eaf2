package dev.sluice.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a SELECT and where they stand. What is no word of any kind is a symbol of one or two characters. */
final class SqlTokens {

    private static final Pattern TOKEN = Pattern.compile(
            "(?<space>\\s+|--[^\\n]*|/\\*(?!\\+).*?\\*/)|(?<string>'[^']*')|(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)"
                    + "|(?<word>[A-Za-z_]\\w*)|(?<symbol><=>|<>|<=|>=|!=|==|::|->|\\|\\||/\\*\\+|.)",
            Pattern.DOTALL);

    private SqlTokens() {}

    /** What a token is. */
    enum Kind {
        WORD,
        STRING,
        NUMBER,
        SYMBOL
    }

    /**
     * @param text as written, a word in lower case
     * @param start its first character's place in the SQL
     * @param end the place after its last
     */
    record Token(Kind kind, String text, int start, int end) {
        boolean is(String wanted) {
            return text.equals(wanted) && kind != Kind.STRING;
        }
    }

    static List<Token> of(String sql) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(sql);
        while (matcher.find()) {
            kind(matcher)
                    .ifPresent(kind -> tokens.add(new Token(
                            kind,
                            kind == Kind.WORD ? matcher.group().toLowerCase(Locale.ROOT) : matcher.group(),
                            matcher.start(),
                            matcher.end())));
        }
        return tokens;
    }

    /** The line that a place of the SQL is in, 1 for the first. */
    static int line(String sql, int place) {
        return 1 + (int) sql.substring(0, place).chars().filter(c -> c == '\n').count();
    }

    private static Optional<Kind> kind(Matcher matcher) {
        if (matcher.group("space") != null) {
            return Optional.empty();
        }
        if (matcher.group("string") != null) {
            return Optional.of(Kind.STRING);
        }
        if (matcher.group("number") != null) {
            return Optional.of(Kind.NUMBER);
        }
        return Optional.of(matcher.group("word") != null ? Kind.WORD : Kind.SYMBOL);
    }
}
