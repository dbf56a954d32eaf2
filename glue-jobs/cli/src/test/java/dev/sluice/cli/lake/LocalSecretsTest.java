package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretsTest {

    @TempDir
    private Path folder;

    @Test
    void readsAFileThatNobodyElseMayRead() throws Exception {
        secret("{\"username\": \"reader\", \"password\": \"hidden\"}", "rw-------");
        assertThat(secrets(Map.of()).resolve("shop", "shop"))
                .isEqualTo(new LocalSecrets.Credentials(Optional.of("reader"), Optional.of("hidden")));
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        secret("{\"username\": \"reader\", \"password\": \"hidden\"}", "rw-r--r--");
        assertMissing("shop", "Others may read " + folder.resolve("secrets/shop.json") + ". Run chmod 600 on it.");
    }

    @Test
    void doesNotQuoteAFileThatIsNotJson() throws Exception {
        secret("hidden", "rw-------");
        assertThatThrownBy(() -> secrets(Map.of()).resolve("shop", "shop"))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("is not JSON")
                .hasMessageNotContaining("hidden")
                .hasNoCause();
    }

    @Test
    void saysHowToMakeAMissingSecret() {
        assertMissing("shop", "There is no file " + folder.resolve("secrets/shop.json"));
        assertMissing("../shop", "It leads out of");
        assertMissing("env:SHOP", "The environment has no variable SHOP_USER. Set SHOP_USER and SHOP_PASSWORD.");
    }

    @Test
    void takesCredentialsFromTheEnvironment() {
        assertThat(secrets(Map.of("SHOP_USER", "reader", "SHOP_PASSWORD", "hidden"))
                        .resolve("shop", "env:SHOP"))
                .isEqualTo(new LocalSecrets.Credentials(Optional.of("reader"), Optional.of("hidden")));
    }

    @Test
    void takesAKeyOfMaskedColumnsFromAFileOrTheEnvironment() throws Exception {
        secret("{\"key\": \"0123456789abcdef\"}", "rw-------");
        assertThat(secrets(Map.of()).key("shop")).asString().isEqualTo("0123456789abcdef");
        assertThat(secrets(Map.of("SHOP_KEY", "fedcba9876543210")).key("env:SHOP"))
                .asString()
                .isEqualTo("fedcba9876543210");
    }

    @Test
    void refusesAKeyThatIsMissingOrShortWithoutQuotingIt() throws Exception {
        assertNoKey(Map.of(), "shop", "shop.json, {\"key\": ...}, must hold at least 16 characters.");
        secret("{\"key\": \"hidden\"}", "rw-------");
        assertNoKey(Map.of(), "shop", "must hold at least 16 characters.");
        secret("hidden", "rw-------");
        assertNoKey(Map.of(), "shop", "must hold at least 16 characters.");
        secret("{\"key\": \"hidden-hidden-hidden\"}", "rw-r--r--");
        assertNoKey(Map.of(), "shop", "Run chmod 600 on it.");
        assertNoKey(
                Map.of("SHOP_KEY", "hidden"), "env:SHOP", "The environment's variable SHOP_KEY must hold at least 16");
        assertNoKey(Map.of(), "../shop", "It leads out of");
    }

    private void assertNoKey(Map<String, String> environment, String secret, String why) {
        assertThatThrownBy(() -> secrets(environment).key(secret))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("Cannot resolve the key of schema.masking-secret: " + secret)
                .hasMessageContaining(why)
                .hasMessageNotContaining("hidden")
                .hasNoCause()
                .extracting(failure -> ((SluiceException) failure).code())
                .isEqualTo(ErrorCode.SECRET_MISSING);
    }

    private void assertMissing(String reference, String why) {
        assertThatThrownBy(() -> secrets(Map.of()).resolve("shop", reference))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("Cannot resolve the secret of source shop (connection.secret): " + reference)
                .hasMessageContaining(why)
                .extracting(failure -> ((SluiceException) failure).code())
                .isEqualTo(ErrorCode.SECRET_MISSING);
    }

    private void secret(String content, String permissions) throws Exception {
        Path file = Files.createDirectories(folder.resolve("secrets")).resolve("shop.json");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private LocalSecrets secrets(Map<String, String> environment) {
        return new LocalSecrets(new Home(folder), environment);
    }
}
