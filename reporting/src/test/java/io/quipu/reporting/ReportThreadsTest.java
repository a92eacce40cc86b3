package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.reporting.flow.UsageReporting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ReportThreadsTest {

    private static final int REPORTS = 2;
    private static final int QUERIES = 1;

    private final ThreadPoolExecutor threads = new ReportingConfiguration().reportThreads(new ReportingProperties(REPORTS,
            Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, DataSize.ofBytes(0), DataSize.ofBytes(0), 0),
            new GraphProperties(QUERIES, 0, 0, 0, 0, 0));

    @Test
    void whoAsksDoesTheWorkWhenAllThreadsAreBusy() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        List<FutureTask<String>> busy = new ArrayList<>();
        for (int i = 0; i < (REPORTS + QUERIES) * UsageReporting.CHUNKS_IN_FLIGHT; i++) {
            FutureTask<String> task = new FutureTask<>(() -> {
                free.await();
                return Thread.currentThread().getName();
            });
            busy.add(task);
            threads.execute(task);
        }
        assertThat(worker()).isEqualTo(Thread.currentThread().getName());
        free.countDown();
        for (FutureTask<String> task : busy) {
            assertThat(task.get()).startsWith("report-");
        }
        threads.shutdown();
    }

    /** Or a report that is under way would wait for ever. */
    @Test
    void whoAsksDoesTheWorkWhenTheApplicationIsClosing() throws Exception {
        threads.shutdown();
        assertThat(worker()).isEqualTo(Thread.currentThread().getName());
    }

    private String worker() throws Exception {
        FutureTask<String> task = new FutureTask<>(() -> Thread.currentThread().getName());
        threads.execute(task);
        return task.get();
    }
}
