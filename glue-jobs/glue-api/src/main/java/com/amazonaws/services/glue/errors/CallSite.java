package com.amazonaws.services.glue.errors;

/** Names the place in a job that a frame's errors are reported for; the local implementation only carries it. */
public final class CallSite {
    private final String site;
    private final String info;

    /** A place and a free text about it. */
    public CallSite(String site, String info) {
        this.site = site;
        this.info = info;
    }

    /** The place. */
    public String site() {
        return site;
    }

    /** The free text about the place. */
    public String info() {
        return info;
    }
}
