package io.quipu.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SparingLogTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final SparingLog log = new SparingLog(now::get);
    private final List<Long> lines = new ArrayList<>();

    @Test
    void theFirstLineIsWrittenAndTheNextOnlyAfterTheInterval() {
        log.write(lines::add);
        now.addAndGet(SparingLog.INTERVAL.toNanos() - 1);
        log.write(lines::add);
        assertThat(lines).containsExactly(0L);

        now.addAndGet(1);
        log.write(lines::add);
        assertThat(lines).containsExactly(0L, 1L);
    }

    @Test
    void aLineSaysHowManyWereHeldBack() {
        for (int i = 0; i < 1_000; i++) {
            log.write(lines::add);
        }
        now.addAndGet(SparingLog.INTERVAL.toNanos());
        log.write(lines::add);
        now.addAndGet(SparingLog.INTERVAL.toNanos());
        log.write(lines::add);

        assertThat(lines).containsExactly(0L, 999L, 0L);
    }
}
