package io.quipu.common.store.couchbase;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineTest {

    private static final Duration STALLED = Duration.ofSeconds(20);

    @Test
    void theEndDoesNotWaitForAClusterThatStalls() throws InterruptedException {
        Pipeline pipeline = new Pipeline(2, STALLED);
        CompletableFuture<String> answer = new CompletableFuture<>();
        CountDownLatch sent = new CountDownLatch(1);
        Thread call = new Thread(() -> pipeline.run(1, i -> 0, i -> {
            sent.countDown();
            return answer;
        }));
        call.start();
        sent.await();
        long begun = System.nanoTime();
        pipeline.drain();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Pipeline.DRAIN_LIMIT, STALLED.dividedBy(2));
        answer.complete("late");
        call.join();
    }

    @Test
    void whatIsLargerThanTheLimitGoesAloneAndNothingBesideIt() {
        Pipeline pipeline = new Pipeline(2, Duration.ofMillis(10));
        List<Pipeline.Answer<Integer>> answers = pipeline.run(2, i -> Pipeline.MAX_BYTES_IN_FLIGHT * 2, CompletableFuture::completedFuture);
        assertThat(answers).extracting(Pipeline.Answer::value).containsExactly(0, 1);
        CompletableFuture<Integer> first = new CompletableFuture<>();
        assertThat(pipeline.run(1, i -> Pipeline.MAX_BYTES_IN_FLIGHT * 2, i -> {
            assertThat(pipeline.run(1, j -> 0, j -> first)).as("has no room beside it").isEmpty();
            return CompletableFuture.completedFuture(i);
        })).hasSize(1);
    }
}
