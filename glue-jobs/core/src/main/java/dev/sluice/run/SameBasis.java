package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.raw.Basis;
import dev.sluice.raw.RawZone;
import dev.sluice.settings.TableSettings;
import java.util.List;

/** That a table's settings still mean what they meant when a batch was read, for whatever goes on from it. */
final class SameBasis {

    private SameBasis() {}

    /**
     * Throws {@code SETTINGS_INVALID} where they do not; a batch without a manifest is gone on from.
     *
     * @param cannot how the message begins, up to the table's name
     * @param remedy what follows from it and what to do, from the punctuation after the batch's number on
     */
    static void require(RawZone raw, TableSettings settings, long batch, String cannot, String remedy) {
        List<String> changed = raw.findManifest(settings.name(), batch)
                .map(manifest -> Basis.of(settings).breaksWith(manifest.basis()))
                .orElse(List.of());
        if (!changed.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    cannot + " " + settings.name() + ": " + String.join(", ", changed) + " changed since batch " + batch
                            + remedy);
        }
    }

    /** The remedy where the bookmark was not set back. */
    static String rebuild(TableSettings settings) {
        return ". Build the table anew with '" + settings.rebuildCommand() + "', or register the former settings";
    }
}
