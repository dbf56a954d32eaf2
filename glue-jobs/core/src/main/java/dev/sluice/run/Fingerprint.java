package dev.sluice.run;

import dev.sluice.settings.TableSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether two settings make the same target rows of the same raw rows. */
final class Fingerprint {

    private Fingerprint() {}

    static String of(TableSettings settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String text = settings.schema() + "\n" + settings.curate();
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
