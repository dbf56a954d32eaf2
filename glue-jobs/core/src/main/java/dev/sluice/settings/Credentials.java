package dev.sluice.settings;

import java.util.regex.Pattern;

/** Keeps credentials out of settings: they are resolved from a reference when a connection opens. */
final class Credentials {

    static final String REMEDY = "Keep user and password in the secret store and name the secret in connection.secret.";

    private static final Pattern KEY =
            Pattern.compile("(user|pass(word|wd)?|pwd|credential|token|secret)", Pattern.CASE_INSENSITIVE);
    private static final Pattern IN_AUTHORITY = Pattern.compile("//[^/?]*@");
    /** Oracle's driver takes {@code user/password@} before the address. */
    private static final Pattern BEFORE_ADDRESS = Pattern.compile("^jdbc:oracle:thin:[^@]+@");

    private static final Pattern IN_PARAMETERS =
            Pattern.compile("[?&;][^=&;]*(user|password|passwd|pwd|secret|token)[^=&;]*=", Pattern.CASE_INSENSITIVE);

    private Credentials() {}

    /** Whether a key's name says that its value is a credential. */
    static boolean isCredentialKey(String key) {
        return KEY.matcher(key).find();
    }

    /** Whether a JDBC URL carries a user or a password, in its authority or in its parameters. */
    static boolean areIn(String jdbcUrl) {
        return IN_AUTHORITY.matcher(jdbcUrl).find()
                || BEFORE_ADDRESS.matcher(jdbcUrl).find()
                || IN_PARAMETERS.matcher(jdbcUrl).find();
    }
}
