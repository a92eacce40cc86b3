package io.quipu.reporting.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.web.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9, 10, 11, 100})
    void whatWasPutAsideComesBackWhereverItLay(int memory) throws IOException {
        try (Spool spool = new Spool(new Spool.Limits(new SpoolMemory(memory), 100))) {
            Spool.Range first = spool.write("12345".getBytes(StandardCharsets.UTF_8));
            Spool.Range second = spool.write("67890".getBytes(StandardCharsets.UTF_8));
            assertThat(text(spool, second)).isEqualTo("67890");
            assertThat(text(spool, first)).isEqualTo("12345");
            assertThat(text(spool, new Spool.Range(0, spool.length()))).isEqualTo("1234567890");
            assertThat(text(spool, new Spool.Range(3, 5))).isEqualTo("45678");
        }
    }

    private static String text(Spool spool, Spool.Range range) throws IOException {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        spool.copy(range, part);
        return part.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 100})
    void moreThanTheLimitIsRefused(int memory) {
        try (Spool spool = new Spool(new Spool.Limits(new SpoolMemory(memory), 10))) {
            spool.write(new byte[10]);
            assertThatThrownBy(() -> spool.write(new byte[1])).isInstanceOfSatisfying(Problem.class, problem -> {
                assertThat(problem.status()).isEqualTo(422);
                assertThat(problem.code()).isEqualTo("report_too_large");
            });
        }
    }
}
