package dev.sluice.view;

import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.SqlTokens.Kind;
import dev.sluice.view.SqlTokens.Token;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A view's SELECT as an engine gets it: with the names of its databases, and its columns cast to the declared types. */
public final class ViewSql {

    private ViewSql() {}

    /** The database of a source in a catalog, without the prefix an environment gives it. */
    public static String database(String source) {
        return source.replace('-', '_');
    }

    /**
     * The statement for one engine.
     *
     * @param prefix what the names of its databases begin with, before the source's; may be empty
     * @param type how the engine writes a type
     */
    public static String statement(ViewSettings view, String prefix, Function<ColumnType, String> type) {
        return view.columns().stream()
                .map(column -> "CAST(" + column.name() + " AS " + type.apply(column.type()) + ") AS " + column.name())
                .collect(Collectors.joining(
                        ",\n  ", "SELECT\n  ", "\nFROM (\n" + prefixed(view, prefix) + "\n) AS definition"));
    }

    private static String prefixed(ViewSettings view, String prefix) {
        List<String> names = view.tables().stream().map(ViewSql::written).toList();
        List<Token> tokens = SqlTokens.of(view.sql());
        StringBuilder sql = new StringBuilder();
        int copied = 0;
        for (int i = 0; i + 2 < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean qualified =
                    tokens.get(i + 1).is(".") && (i == 0 || !tokens.get(i - 1).is("."));
            if (token.kind() == Kind.WORD
                    && qualified
                    && names.contains(token.text() + "." + tokens.get(i + 2).text())) {
                sql.append(view.sql(), copied, token.start()).append(prefix).append(token.text());
                copied = token.end();
            }
        }
        return sql.append(view.sql().substring(copied)).toString();
    }

    /** A table as a SELECT writes it. */
    static String written(TableName table) {
        return database(table.source()) + "." + table.table();
    }
}
