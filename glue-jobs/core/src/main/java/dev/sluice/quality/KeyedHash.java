package dev.sluice.quality;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.sql.api.java.UDF1;

/** HMAC-SHA-256 of a text in UTF-8, in hexadecimal; NULL stays NULL. Travels to the executors with its key. */
final class KeyedHash implements UDF1<String, String> {

    private static final long serialVersionUID = 1;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;
    private transient Mac mac;

    KeyedHash(byte[] key) {
        this.key = key.clone();
    }

    @Override
    public synchronized String call(String text) throws NoSuchAlgorithmException, InvalidKeyException {
        if (text == null) {
            return null;
        }
        if (mac == null) {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        }
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "keyed hash";
    }
}
