package dev.sluice.settings;

import java.util.List;

/**
 * The columns that a curated table of mode history has after those of its schema. A version holds from {@link #VALID_FROM},
 * included, to {@link #VALID_TO}, excluded.
 */
public final class HistoryColumns {

    /** Timestamp: when the version began to hold; with the primary key it identifies the version. */
    public static final String VALID_FROM = "_valid_from";

    /** Timestamp: when it ceased to hold; NULL in the version that still does. */
    public static final String VALID_TO = "_valid_to";

    /** Boolean: whether {@link #VALID_TO} is NULL. */
    public static final String IS_CURRENT = "_is_current";

    /** Timestamp: the source's time at which the version's content was read. */
    public static final String RECORDED_AT = "_recorded_at";

    /** All of them, in the order curated has them. */
    public static final List<String> ALL = List.of(VALID_FROM, VALID_TO, IS_CURRENT, RECORDED_AT);

    private HistoryColumns() {}
}
