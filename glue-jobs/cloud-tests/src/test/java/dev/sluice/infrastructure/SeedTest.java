package dev.sluice.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The CloudFormation stack that must exist before Terraform can run. */
class SeedTest {

    @Test
    void theTemplateIsValid() {
        Required.tools(Tool.CFN_LINT);
        Program.Ended ended = run(
                Tool.CFN_LINT.require(System.getenv()).toString(),
                "--non-zero-exit-code",
                "informational",
                "cfn/seed.yaml");
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    @Test
    void itsRoleIsAllowedWhatTerraformDoes() {
        Required.tools(Tool.EMULATOR);
        Program.Ended ended = run(Tool.EMULATOR.require(System.getenv()).toString(), "cfn/check_permissions.py");
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    @Test
    void theCheckOfItsRoleFindsWhatItShould() {
        Required.tools(Tool.EMULATOR);
        Program.Ended ended = run(
                Tool.EMULATOR.require(System.getenv()).toString(),
                "-m",
                "unittest",
                "discover",
                "-s",
                "cfn",
                "-p",
                "*_test.py");
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    private static Program.Ended run(String... command) {
        return Program.run(List.of(command), Required.repository(), System.getenv(), line -> {});
    }
}
