package dev.sluice.settings;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Words that cannot be target column names: those that Athena reserves in SELECT, those that PostgreSQL reserves as
 * column names, PostgreSQL's system columns and the columns of Delta's change data feed.
 */
final class ReservedWords {

    private static final String ATHENA =
            "alter and as between by case cast constraint create cross cube current_catalog current_date current_path "
                    + "current_schema current_time current_timestamp current_user deallocate delete describe distinct "
                    + "drop else end escape except execute exists extract false first for from full group grouping "
                    + "having in inner insert intersect into is join json_array json_exists json_object json_query "
                    + "json_table json_value last left like listagg localtime localtimestamp natural normalize not "
                    + "null on or order outer prepare recursive right rollup select skip table then trim true uescape "
                    + "union unnest using values when where with";
    private static final String POSTGRESQL =
            "all analyse analyze any array asc asymmetric authorization binary both check collate collation column "
                    + "concurrently current_role default deferrable desc do fetch foreign freeze grant ilike initially "
                    + "isnull lateral leading limit notnull offset only overlaps placing primary references returning "
                    + "session_user similar some symmetric system_user tablesample to trailing unique user variadic "
                    + "verbose window";
    private static final String POSTGRESQL_SYSTEM_COLUMNS = "cmax cmin ctid tableoid xmax xmin";
    private static final String DELTA_CHANGE_DATA = "_change_type _commit_timestamp _commit_version";

    private static final Set<String> ALL = Stream.of(ATHENA, POSTGRESQL, POSTGRESQL_SYSTEM_COLUMNS, DELTA_CHANGE_DATA)
            .flatMap(words -> Stream.of(words.split(" ")))
            .collect(Collectors.toUnmodifiableSet());

    private ReservedWords() {}

    static boolean contains(String name) {
        return ALL.contains(name.toLowerCase(Locale.ROOT));
    }

    /** All of them, sorted. */
    static Set<String> all() {
        return new TreeSet<>(ALL);
    }
}
