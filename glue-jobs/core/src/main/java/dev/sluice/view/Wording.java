package dev.sluice.view;

import dev.sluice.settings.SettingsProblem;
import dev.sluice.view.SqlTokens.Kind;
import dev.sluice.view.SqlTokens.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a SELECT's writing Spark and Athena understand differently, or one of them not at all, and that is gone or the
 * same once it is parsed.
 */
final class Wording {

    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("`", "Athena knows no backtick. Choose names that need no quotes."),
            Map.entry("\"", "Spark takes it for text, Athena for a name. Choose names that need no quotes."),
            Map.entry(";", "A view is one statement. Leave the semicolon out."),
            Map.entry("::", "Athena does not know it. Write CAST(x AS type)."),
            Map.entry("==", "Athena does not know it. Write =."),
            Map.entry("<=>", "Athena does not know it. Write IS NOT DISTINCT FROM."),
            Map.entry("/*+", "Athena knows no hints. Leave it out."),
            Map.entry("!", "Athena does not know it. Write NOT."),
            Map.entry("'", "Begins text that has no end. Close it."));
    private static final String NO_SYMBOL = "It means different things to Spark and Athena, or nothing. Leave it out.";
    private static final Set<String> USED =
            Set.of("(", ")", ",", ".", "+", "-", "*", "/", "%", "=", "<", ">", "<>", "<=", ">=", "!=", "||");

    private static final Set<String> TYPES = Set.of(
            "boolean",
            "smallint",
            "int",
            "integer",
            "bigint",
            "real",
            "double",
            "decimal",
            "date",
            "timestamp",
            "varchar");
    private static final Set<String> MEASURED = Set.of("decimal", "varchar");
    private static final Set<String> UNITS = Set.of("year", "month", "day", "hour", "minute", "second");
    private static final Set<String> TRUTHS = Set.of("true", "false", "unknown");
    private static final Token NOTHING = new Token(Kind.SYMBOL, "", 0, 0);

    private final String sql;
    private final List<Token> tokens;
    private final List<SettingsProblem> problems = new ArrayList<>();

    private Wording(String sql) {
        this.sql = sql;
        this.tokens = SqlTokens.of(sql);
    }

    static List<SettingsProblem> problems(String sql) {
        return new Wording(sql).problems();
    }

    private List<SettingsProblem> problems() {
        if (!Set.of("select", "with", "(").contains(at(0).text())) {
            add(at(0), "A view is one SELECT, and this begins otherwise", "Write SELECT, or WITH and a SELECT.");
        }
        Deque<Boolean> casts = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            switch (token.kind()) {
                case SYMBOL -> symbol(i, casts);
                case STRING -> text(i);
                case NUMBER -> number(i);
                case WORD -> word(i, casts);
            }
        }
        return problems;
    }

    private void symbol(int i, Deque<Boolean> casts) {
        Token token = at(i);
        if (token.is("(")) {
            casts.push(at(i - 1).is("cast") || at(i - 1).is("try_cast"));
        } else if (token.is(")")) {
            casts.poll();
        } else if (!USED.contains(token.text())) {
            add(token, "Has " + token.text(), SYMBOLS.getOrDefault(token.text(), NO_SYMBOL));
        }
    }

    private void text(int i) {
        if (at(i).text().contains("\\")) {
            add(
                    at(i),
                    "Has a backslash in text, which is itself to Athena and the beginning of another character to Spark",
                    "Write the text without it.");
        }
        if (at(i + 1).kind() == Kind.STRING) {
            add(
                    at(i),
                    "Has '' in text, or text after text: a quote to Athena, nothing to Spark",
                    "Write the text without quotes in it, or in parts with || between them.");
        }
    }

    private void number(int i) {
        Token next = at(i + 1);
        if (next.kind() == Kind.WORD && next.start() == at(i).end()) {
            add(
                    at(i),
                    "Has the number " + at(i).text() + next.text() + ", whose ending Spark alone knows",
                    "Write CAST(x AS type).");
        }
    }

    private void word(int i, Deque<Boolean> casts) {
        Token token = at(i);
        Token next = at(i + 1);
        switch (token.text()) {
            case "interval" -> interval(i);
            case "is" -> {
                if (TRUTHS.contains(next.is("not") ? at(i + 2).text() : next.text())) {
                    add(token, "Has IS with a truth value, which Athena does not know", "Write the condition itself.");
                }
            }
            case "minus" -> add(token, "Has MINUS, which Athena does not know", "Write EXCEPT.");
            case "with" -> {
                if (next.is("rollup") || next.is("cube")) {
                    add(
                            token,
                            "Has WITH " + next.text() + ", which Athena does not know",
                            "Write GROUP BY " + next.text() + " (…).");
                }
            }
            case "r" -> {
                if (next.kind() == Kind.STRING && next.start() == token.end()) {
                    add(token, "Has raw text, which Athena does not know", "Write it without the r.");
                }
            }
            case "as" -> {
                if (Boolean.TRUE.equals(casts.peek())) {
                    type(i + 1);
                }
            }
            default -> {}
        }
    }

    private void interval(int i) {
        int text = at(i + 1).is("-") ? i + 2 : i + 1;
        boolean known =
                at(text).kind() == Kind.STRING && UNITS.contains(at(text + 1).text());
        boolean plain = at(i + 1).kind() == Kind.NUMBER
                || at(i + 1).kind() == Kind.STRING
                || at(i + 1).is("-");
        if (plain && (!known || at(text + 2).is("to"))) {
            add(at(i), "Has an interval that Athena does not read", "Write it like INTERVAL '3' DAY.");
        }
    }

    private void type(int i) {
        Token type = at(i);
        if (!TYPES.contains(type.text())) {
            add(
                    type,
                    "Has a CAST to " + type.text() + ", which one of Spark and Athena does not know",
                    type.is("string")
                            ? "Write varchar(n), with an n that no value is longer than."
                            : "Write one of boolean, smallint, int, bigint, real, double, decimal(p,s), date, timestamp and varchar(n).");
        } else if (MEASURED.contains(type.text()) && !at(i + 1).is("(")) {
            add(
                    type,
                    "Has a CAST to " + type.text() + " without a size",
                    "Write it like decimal(18,2) or varchar(64).");
        }
    }

    private Token at(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : NOTHING;
    }

    private void add(Token token, String message, String remedy) {
        problems.add(new SettingsProblem(
                ViewCheck.SQL, "Line " + SqlTokens.line(sql, token.start()) + ": " + message + ".", remedy));
    }
}
