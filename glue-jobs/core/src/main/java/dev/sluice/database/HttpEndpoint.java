package dev.sluice.database;

import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Endpoints below one URL, with the credentials that open them; the text form holds none. */
public final class HttpEndpoint {

    private final ConnectionSettings.Http settings;
    private final Optional<String> user;
    private final Optional<String> password;

    /**
     * @param user of the secret; empty where there is none
     * @param password of the secret, or the token
     */
    public HttpEndpoint(ConnectionSettings.Http settings, Optional<String> user, Optional<String> password) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.user = Objects.requireNonNull(user, "user");
        this.password = Objects.requireNonNull(password, "password");
    }

    /** Without slash at its end. */
    public String url() {
        return settings.url();
    }

    /** The headers that say who asks: for requests, never for a message. */
    public Map<String, String> headers() {
        String secret = password.orElse("");
        return switch (settings.authentication()) {
            case NONE, PARAMETER -> Map.of();
            case BASIC -> Map.of(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString((user.orElse("") + ":" + secret).getBytes(StandardCharsets.UTF_8)));
            case BEARER -> Map.of("Authorization", "Bearer " + secret);
            case HEADER -> Map.of(settings.credentialName().orElseThrow(), secret);
        };
    }

    /** The query parameter that says who asks, name and value: for requests, never for a message. */
    public Optional<Map.Entry<String, String>> parameter() {
        return settings.authentication() == Authentication.PARAMETER
                ? Optional.of(Map.entry(settings.credentialName().orElseThrow(), password.orElse("")))
                : Optional.empty();
    }

    /** A text without the secret, wherever it came from. */
    public String withoutSecret(String text) {
        return password.filter(secret -> !secret.isEmpty())
                .map(secret -> text.replace(secret, "(hidden)"))
                .orElse(text);
    }

    @Override
    public String toString() {
        return url();
    }
}
