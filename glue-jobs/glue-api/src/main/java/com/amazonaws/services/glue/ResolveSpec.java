package com.amazonaws.services.glue;

/** How a column of a choice type becomes one of a plain type. Frames of this implementation have no choice types. */
public final class ResolveSpec {
    private final String path;
    private final String action;

    /** A column's path and one of {@code Project}, {@code KeepAsStruct}, {@code Cast}. */
    public ResolveSpec(String path, String action) {
        this.path = path;
        this.action = action;
    }

    /** The column's path. */
    public String path() {
        return path;
    }

    /** What to do with the choice. */
    public String action() {
        return action;
    }
}
