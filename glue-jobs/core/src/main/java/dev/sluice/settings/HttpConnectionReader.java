package dev.sluice.settings;

import dev.sluice.settings.ConnectionSettings.Http;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code connection} of a source of kind http. */
final class HttpConnectionReader {

    /** The keys that no other kind of source has. */
    static final List<String> OWN = List.of(Keys.URL, Keys.AUTHENTICATION, Keys.CREDENTIAL_NAME);

    private static final Pattern URL = Pattern.compile("https?://[^\\s/@?#]+(/[^\\s@?#]*[^\\s@?#/])?");
    private static final Pattern OWN_MACHINE = Pattern.compile("http://(localhost|127\\.0\\.0\\.1)(:\\d+)?(/.*)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private HttpConnectionReader() {}

    static Optional<ConnectionSettings> read(ObjectReader reader) {
        for (String key : List.of(Keys.JDBC_URL, Keys.GLUE_CONNECTION, Keys.PATH)) {
            if (reader.has(key)) {
                reader.problem(key, "Is not for kind: http.", "Give url.");
            }
        }
        reader.require(Keys.URL, "Give the URL that the endpoints' paths are below, like https://api.example.com.");
        Optional<String> url = reader.text(Keys.URL);
        boolean secret = reader.has(Keys.SECRET);
        url.ifPresent(given -> checkUrl(reader, given, secret));
        Authentication authentication =
                reader.choice(Keys.AUTHENTICATION, Authentication.values()).orElse(Authentication.NONE);
        if (secret != (authentication != Authentication.NONE)) {
            reader.problem(
                    Keys.SECRET,
                    secret
                            ? "Nothing says how it is given to the endpoint."
                            : "Is missing: authentication " + Words.of(authentication) + " needs it.",
                    secret
                            ? "Write authentication: " + Words.of(Authentication.values()) + "."
                            : "Name the secret, or leave authentication out.");
        }
        boolean named = authentication == Authentication.HEADER || authentication == Authentication.PARAMETER;
        Optional<String> name = reader.text(Keys.CREDENTIAL_NAME);
        if (named != reader.has(Keys.CREDENTIAL_NAME)) {
            reader.problem(
                    Keys.CREDENTIAL_NAME,
                    named
                            ? "Is missing: authentication " + Words.of(authentication) + " needs it."
                            : "Is for authentication: header and parameter only.",
                    named ? "Name the header or the query parameter." : "Leave credential-name out.");
        }
        name.filter(text -> !NAME.matcher(text).matches())
                .ifPresent(wrong -> reader.problem(
                        Keys.CREDENTIAL_NAME, "Is no name of a header.", "Use letters, digits, _ and -."));
        return url.map(known -> new Http(known, authentication, name, reader.text(Keys.SECRET)));
    }

    /** The problems quote no part of the URL: it may hold a password. */
    private static void checkUrl(ObjectReader reader, String url, boolean secret) {
        if (Credentials.areIn(url)) {
            reader.problem(Keys.URL, "Holds a user or a password.", Credentials.REMEDY);
        } else if (!URL.matcher(url).matches() || !isReadable(url)) {
            reader.problem(
                    Keys.URL,
                    "Is no URL that paths can be put below.",
                    "Write it like https://api.example.com/v1, without query and slash at its end.");
        } else if (secret
                && url.startsWith("http:")
                && !OWN_MACHINE.matcher(url).matches()) {
            reader.problem(Keys.URL, "Would send the secret unencrypted.", "Write https, or reach it on this machine.");
        }
    }

    private static boolean isReadable(String url) {
        try {
            return new URI(url).getHost() != null;
        } catch (URISyntaxException unreadable) {
            return false;
        }
    }
}
