package dev.sluice.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.util.Objects;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;

/**
 * The SSM parameter {@code /sluice/(environment)/config}, by which a person finds an environment under its name: a JSON
 * object that says what the parts of the lake are called. Terraform writes it.
 */
public final class EnvironmentParameter {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SsmClient client;

    /** The client stays the caller's to close. */
    public EnvironmentParameter(SsmClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /** The names of an environment's parts, through a client of the SDK's own chains. */
    public static AwsPlatform.Names load(String environment) {
        try (SdkHttpClient http = UrlConnectionHttpClient.create();
                SsmClient client = SsmClient.builder().httpClient(http).build()) {
            return new EnvironmentParameter(client).names(environment);
        } catch (SdkException failure) {
            throw unreadable(parameter(environment), failure);
        }
    }

    /** The names of an environment's parts; throws {@code REQUEST_INVALID} where there are none or they cannot be read. */
    public AwsPlatform.Names names(String environment) {
        String parameter = parameter(environment);
        String text;
        try {
            text = client.getParameter(request -> request.name(parameter))
                    .parameter()
                    .value();
        } catch (ParameterNotFoundException absent) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot find environment: " + environment + ". There is no SSM parameter " + parameter
                            + " in this account and region. Apply that environment's Terraform, or choose account and"
                            + " region with AWS_PROFILE and --region.",
                    absent);
        } catch (SdkException failure) {
            throw unreadable(parameter, failure);
        }
        return names(parameter, text);
    }

    private static String parameter(String environment) {
        if (!NAME.matcher(environment).matches()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot find environment: " + environment
                            + ". A name has letters, digits, dots, dashes and underscores, like dev.");
        }
        return "/sluice/" + environment + "/config";
    }

    private static AwsPlatform.Names names(String parameter, String text) {
        JsonNode config;
        try {
            config = JSON.readTree(text);
        } catch (JsonProcessingException unreadable) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use SSM parameter: " + parameter
                            + ". Its value is no JSON. Apply that environment's Terraform again, which writes it.",
                    unreadable);
        }
        return new AwsPlatform.Names(
                value(parameter, config, "settings-table"),
                value(parameter, config, "bookmarks-table"),
                value(parameter, config, "raw"),
                value(parameter, config, "curated"),
                value(parameter, config, "quarantine"));
    }

    private static String value(String parameter, JsonNode config, String key) {
        JsonNode value = config.path(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use SSM parameter: " + parameter + ". It has no text " + key
                            + ". Apply that environment's Terraform again, which writes it.");
        }
        return value.textValue();
    }

    private static SluiceException unreadable(String parameter, SdkException failure) {
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read SSM parameter: " + parameter + ". " + cause(failure)
                        + ". Sign in or choose account and region with AWS_PROFILE and --region, and let your role"
                        + " call ssm:GetParameter on it.",
                failure);
    }

    /** The SDK's message without the account of each place where it looked for credentials. */
    private static String cause(SdkException failure) {
        return String.valueOf(failure.getMessage()).split(" AwsCredentialsProviderChain\\(", 2)[0];
    }
}
