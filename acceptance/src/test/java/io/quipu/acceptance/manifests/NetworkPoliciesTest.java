package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that makes the network policies, with a stand-in for Cloud Foundry's command line that notes what it is asked. */
@Timeout(60)
class NetworkPoliciesTest {

    private static final Path SCRIPT = ManifestFile.of("cloudfoundry/network-policies.sh").path();

    @TempDir
    private Path directory;

    private record Outcome(int status, String said, List<String> asked) {
    }

    /** @param body of the stand-in, after it has noted how it was called */
    private Outcome run(String body) throws Exception {
        Path asked = directory.resolve("asked");
        Path cf = directory.resolve("cf");
        Files.writeString(cf, "#!/bin/sh\necho \"$*\" >>'" + asked + "'\n" + body + "\n");
        assertThat(cf.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().merge("PATH", directory.toString(), (path, ours) -> ours + ":" + path);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), said, Files.readAllLines(asked));
    }

    @Test
    void eachPolicyIsAddedOnceAndASecondRunAsksForTheSame() throws Exception {
        Outcome first = run("cat >/dev/null");
        assertThat(first.status()).as(first.said()).isZero();
        assertThat(first.asked().stream().filter(call -> call.startsWith("add-network-policy"))).hasSize(7)
                .contains("add-network-policy quipu-collector quipu-meter --protocol tcp --port 8080");
        assertThat(first.said().lines()).hasSize(7);
        assertThat(run("").status()).isZero();
    }

    @Test
    void appThatWasNotPushedIsNamedBeforeAnyPolicyIsMade() throws Exception {
        Outcome outcome = run("[ \"$1 $2\" != 'app quipu-meter' ]");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.said()).contains("there is no app quipu-meter in this space");
        assertThat(outcome.asked()).noneMatch(call -> call.startsWith("add-network-policy"));
    }

    @Test
    void policyThatFailsEndsItWithItsName() throws Exception {
        Outcome outcome = run("[ \"$1 $2 $3\" != 'add-network-policy quipu-meter quipu-accumulator' ] || { echo 'not allowed' >&2; exit 1; }");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.said()).contains("not allowed", "quipu-meter may not call quipu-accumulator").doesNotContain("quipu-reporting");
    }

    @Test
    void whoIsNotLoggedInIsToldSo() throws Exception {
        Outcome outcome = run("exit 1");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.said()).contains("log in and choose a space first");
    }
}
