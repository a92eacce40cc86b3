package io.quipu.collector.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentCacheTest {

    private final ManualClock clock = new ManualClock();
    private final RecentCache<String, Integer> cache = new RecentCache<>(2, Duration.ofSeconds(10), clock);

    @Test
    void theEntryUsedLongestAgoGivesWay() {
        cache.put(cache.generation(), "a", 1);
        cache.put(cache.generation(), "b", 2);
        cache.get("a");
        cache.put(cache.generation(), "c", 3);
        assertThat(cache.get("a")).contains(1);
        assertThat(cache.get("b")).isEmpty();
        assertThat(cache.get("c")).contains(3);
    }

    @Test
    void anEntryIsServedUntilItsAgeAndNotAtIt() {
        cache.put(cache.generation(), "a", 1);
        clock.advance(Duration.ofMillis(9_999));
        assertThat(cache.get("a")).contains(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void aClockThatIsSetBackKeepsNothingAlive() {
        cache.put(cache.generation(), "a", 1);
        clock.advance(Duration.ofMillis(-1));
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void whatWasLoadedBeforeTheClearingIsNotKept() {
        long loadedIn = cache.generation();
        cache.clear();
        cache.put(loadedIn, "a", 1);
        assertThat(cache.get("a")).isEmpty();
    }
}
