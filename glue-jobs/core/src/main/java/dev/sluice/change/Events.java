package dev.sluice.change;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Records of a topic as raw keeps them: as they are, with the schemas that are not in them. */
public final class Events {

    public static final String TOPIC = "topic";
    public static final String PARTITION = "partition";
    public static final String OFFSET = "offset";
    public static final String TIMESTAMP = "timestamp";
    public static final String KEY = "key";
    public static final String VALUE = "value";
    public static final String KEY_SCHEMA = "key_schema";
    public static final String VALUE_SCHEMA = "value_schema";

    /** Raw's columns, in order. */
    public static final StructType SCHEMA = new StructType()
            .add(TOPIC, DataTypes.StringType)
            .add(PARTITION, DataTypes.IntegerType)
            .add(OFFSET, DataTypes.LongType)
            .add(TIMESTAMP, DataTypes.TimestampType)
            .add(KEY, DataTypes.BinaryType)
            .add(VALUE, DataTypes.BinaryType)
            .add(KEY_SCHEMA, DataTypes.StringType)
            .add(VALUE_SCHEMA, DataTypes.StringType);

    private Events() {}
}
