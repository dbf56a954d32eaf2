package dev.sluice.raw;

import java.util.Objects;

/** The three zones of a lake. */
public record Zones(ZoneFiles raw, ZoneFiles curated, ZoneFiles quarantine) {
    public Zones {
        Objects.requireNonNull(raw, "raw");
        Objects.requireNonNull(curated, "curated");
        Objects.requireNonNull(quarantine, "quarantine");
    }
}
