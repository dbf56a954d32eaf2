package dev.sluice.settings;

import java.util.List;

/** Every key of an item, and which keys each of its objects has, in the order they are written. */
final class Keys {

    /** Names the JSON Schema for an editor; says nothing about the item. */
    static final String JSON_SCHEMA = "$schema";

    static final String SOURCE = "source";
    static final String TABLE = "table";
    static final String VERSION = "version";

    static final String KIND = "kind";
    static final String CONNECTION = "connection";
    static final String JDBC_URL = "jdbc-url";
    static final String SECRET = "secret";
    static final String GLUE_CONNECTION = "glue-connection";
    static final String BOOTSTRAP_SERVERS = "bootstrap-servers";
    static final String SECURITY = "security";
    static final String REGISTRY_URL = "registry-url";
    static final String REGISTRY_SECRET = "registry-secret";
    static final String URL = "url";
    static final String AUTHENTICATION = "authentication";
    static final String CREDENTIAL_NAME = "credential-name";
    static final String TIME_ZONE = "time-zone";
    static final String MAX_CONCURRENT_TABLES = "max-concurrent-tables";

    static final String EXTRACT = "extract";
    static final String RELATION = "relation";
    static final String QUERY = "query";
    static final String TOPIC = "topic";
    static final String FORMAT = "format";
    static final String FILTER = "filter";
    static final String FILES = "files";
    static final String PATH = "path";
    static final String PATTERN = "pattern";
    static final String CSV = "csv";
    static final String DELIMITER = "delimiter";
    static final String QUOTE = "quote";
    static final String HEADER = "header";
    static final String NULL_TEXT = "null-text";
    static final String RECORDS = "records";
    static final String ENCODING = "encoding";
    static final String MARKER = "marker";
    static final String PARTITIONS = "partitions";
    static final String LATE = "late";
    static final String FILES_PER_BATCH = "files-per-batch";
    static final String SAME_CONTENT = "same-content";
    static final String HTTP = "http";
    static final String PAGING = "paging";
    static final String STYLE = "style";
    static final String NEXT = "next";
    static final String PARAMETER = "parameter";
    static final String FIRST = "first";
    static final String SIZE = "size";
    static final String SIZE_PARAMETER = "size-parameter";
    static final String SINCE = "since";
    static final String UNTIL = "until";
    static final String TIME_FORMAT = "time-format";
    static final String READS = "reads";
    static final String REQUESTS_PER_MINUTE = "requests-per-minute";
    static final String TIMEOUT = "timeout";
    static final String STRATEGY = "strategy";
    static final String BOOKMARK = "bookmark";
    static final String COLUMNS = "columns";
    static final String ENGINE = "engine";
    static final String CLOCK = "clock";
    static final String LOOKBACK = "lookback";
    static final String SETTLE = "settle";
    static final String PARALLELISM = "parallelism";
    static final String FETCH_SIZE = "fetch-size";

    static final String SCHEMA = "schema";
    static final String NAME = "name";
    static final String TYPE = "type";
    static final String NULLABLE = "nullable";
    static final String DEFAULT = "default";
    static final String EXPRESSION = "expression";
    static final String MASKING = "masking";
    static final String MASKING_SECRET = "masking-secret";
    static final String NEW_COLUMNS = "new-columns";
    static final String MISSING_COLUMNS = "missing-columns";
    static final String CHANGED_COLUMNS = "changed-columns";

    static final String CURATE = "curate";
    static final String MODE = "mode";
    static final String PRIMARY_KEY = "primary-key";
    static final String ORDER_BY = "order-by";
    static final String PARTITION_BY = "partition-by";
    static final String QUALITY = "quality";
    static final String DELETE_WHEN = "delete-when";
    static final String CONDITION = "condition";
    static final String VALID_TIME = "valid-time";
    static final String RETENTION = "retention";

    static final String MAINTAIN = "maintain";
    static final String CLUSTER_BY = "cluster-by";
    static final String VACUUM_AFTER = "vacuum-after";
    static final String RAW_RETENTION = "raw-retention";
    static final String SNAPSHOTS = "snapshots";
    static final String DAILY = "daily";
    static final String MONTHLY = "monthly";

    static final String RECONCILE = "reconcile";
    static final String ACTION = "action";
    static final String MARK_COLUMN = "mark-column";
    static final String MAX_SHARE = "max-share";
    static final String EVERY = "every";
    static final String RANGES = "ranges";

    static final String LOADS = "loads";
    static final String TARGET = "target";

    static final String VIEW = "view";
    static final String DESCRIPTION = "description";
    static final String SQL = "sql";
    static final String TABLES = "tables";

    static final String FRESHNESS = "freshness";
    static final String LAKE = "lake";
    static final String DATABASE = "database";

    static final List<String> OF_SOURCE_ITEM =
            List.of(SOURCE, TABLE, VERSION, KIND, CONNECTION, TIME_ZONE, MAX_CONCURRENT_TABLES, JSON_SCHEMA);
    static final List<String> OF_CONNECTION = List.of(
            JDBC_URL,
            SECRET,
            GLUE_CONNECTION,
            BOOTSTRAP_SERVERS,
            SECURITY,
            REGISTRY_URL,
            REGISTRY_SECRET,
            PATH,
            URL,
            AUTHENTICATION,
            CREDENTIAL_NAME);

    static final List<String> OF_TABLE_ITEM = List.of(
            SOURCE, TABLE, VERSION, EXTRACT, SCHEMA, CURATE, RECONCILE, MAINTAIN, LOADS, FRESHNESS, JSON_SCHEMA);
    static final List<String> OF_EXTRACT =
            List.of(RELATION, QUERY, TOPIC, FORMAT, FILES, HTTP, FILTER, STRATEGY, BOOKMARK, PARALLELISM, FETCH_SIZE);
    static final List<String> OF_FILES = List.of(
            PATH,
            PATTERN,
            FORMAT,
            CSV,
            RECORDS,
            ENCODING,
            SETTLE,
            MARKER,
            PARTITIONS,
            LATE,
            FILES_PER_BATCH,
            SAME_CONTENT);
    static final List<String> OF_HTTP = List.of(
            PATH,
            FORMAT,
            CSV,
            RECORDS,
            ENCODING,
            PAGING,
            SINCE,
            UNTIL,
            TIME_FORMAT,
            READS,
            REQUESTS_PER_MINUTE,
            TIMEOUT);
    static final List<String> OF_PAGING = List.of(STYLE, NEXT, PARAMETER, FIRST, SIZE, SIZE_PARAMETER);
    static final List<String> OF_CSV = List.of(DELIMITER, QUOTE, HEADER, COLUMNS, NULL_TEXT);
    static final List<String> OF_BOOKMARK = List.of(COLUMNS, ENGINE, CLOCK, LOOKBACK, SETTLE);
    static final List<String> OF_SCHEMA =
            List.of(COLUMNS, NEW_COLUMNS, MISSING_COLUMNS, CHANGED_COLUMNS, MASKING_SECRET);
    static final List<String> OF_COLUMN = List.of(NAME, TYPE, NULLABLE, SOURCE, DEFAULT, EXPRESSION, MASKING);
    static final List<String> OF_CURATE =
            List.of(MODE, PRIMARY_KEY, ORDER_BY, PARTITION_BY, QUALITY, DELETE_WHEN, VALID_TIME, RETENTION);
    static final List<String> OF_QUALITY_RULE = List.of(NAME, CONDITION);
    static final List<String> OF_MAINTAIN = List.of(CLUSTER_BY, VACUUM_AFTER, RAW_RETENTION, SNAPSHOTS);
    static final List<String> OF_SNAPSHOTS = List.of(DAILY, MONTHLY);
    static final List<String> OF_RECONCILE = List.of(ACTION, MARK_COLUMN, MAX_SHARE, EVERY, RANGES);
    static final List<String> OF_LOAD = List.of(TARGET, TABLE, MODE);
    static final List<String> OF_FRESHNESS = List.of(LAKE, DATABASE);

    static final List<String> OF_VIEW_ITEM =
            List.of(SOURCE, VIEW, TABLE, VERSION, DESCRIPTION, SQL, COLUMNS, TABLES, JSON_SCHEMA);
    static final List<String> OF_VIEW_COLUMN = List.of(NAME, TYPE);

    private Keys() {}
}
