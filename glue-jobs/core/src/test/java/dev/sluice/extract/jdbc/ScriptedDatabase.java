package dev.sluice.extract.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A connection that answers statements by the words in them, and notes what it was asked. */
final class ScriptedDatabase {

    final List<String> asked = new ArrayList<>();
    private final Map<String, List<Object[]>> answers = new LinkedHashMap<>();
    private final Map<String, SQLException> refusals = new LinkedHashMap<>();

    /** Statements that hold these words have these rows; those said last come first. */
    ScriptedDatabase answer(String words, Object[]... rows) {
        answers.put(words, List.of(rows));
        return this;
    }

    ScriptedDatabase refuse(String words, SQLException with) {
        refusals.put(words, with);
        return this;
    }

    static Object[] row(Object... values) {
        return values;
    }

    Connection connection() {
        return proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "createStatement" -> statement();
            case "getAutoCommit" -> true;
            case "isClosed" -> false;
            case "setAutoCommit", "close", "rollback" -> null;
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private Statement statement() {
        return proxy(Statement.class, (self, method, arguments) -> switch (method.getName()) {
            case "executeQuery" -> rows((String) arguments[0]);
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private ResultSet rows(String sql) throws SQLException {
        asked.add(sql);
        for (Map.Entry<String, SQLException> refusal : refusals.entrySet()) {
            if (sql.contains(refusal.getKey())) {
                throw refusal.getValue();
            }
        }
        List<String> known = new ArrayList<>(answers.keySet());
        for (int i = known.size() - 1; i >= 0; i--) {
            if (sql.contains(known.get(i))) {
                return resultSet(answers.get(known.get(i)));
            }
        }
        throw new SQLException("Nobody expected: " + sql);
    }

    private static ResultSet resultSet(List<Object[]> rows) {
        int[] at = {-1};
        boolean[] wasNull = {false};
        return proxy(ResultSet.class, (self, method, arguments) -> {
            if (method.getName().equals("next")) {
                return ++at[0] < rows.size();
            }
            if (method.getName().equals("wasNull")) {
                return wasNull[0];
            }
            if (method.getName().equals("close")) {
                return null;
            }
            Object value = rows.get(at[0])[(Integer) arguments[0] - 1];
            wasNull[0] = value == null;
            return switch (method.getName()) {
                case "getString" -> value == null ? null : value.toString();
                case "getLong" -> value == null ? 0L : ((Number) value).longValue();
                case "getInt" -> value == null ? 0 : ((Number) value).intValue();
                case "getBoolean" -> value != null && ((Number) value).intValue() == 1;
                default -> throw new UnsupportedOperationException(method.toString() + Arrays.toString(arguments));
            };
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
