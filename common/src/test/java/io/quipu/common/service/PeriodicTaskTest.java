package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeriodicTaskTest {

    @Test
    void taskIsDoneAgainAndAgainOnItsThreadUntilItIsStopped() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(3);
        PeriodicTask task = new PeriodicTask("quipu-test", () -> {
            if (Thread.currentThread().getName().equals("quipu-test") && Thread.currentThread().isDaemon()) {
                done.countDown();
            }
        }, Duration.ofMillis(1));
        assertThat(task.isRunning()).isFalse();
        task.start();
        assertThat(task.isRunning()).isTrue();
        assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
        task.stop();
        assertThat(task.isRunning()).isFalse();
        task.stop();
        assertThat(task.isRunning()).isFalse();
    }
}
