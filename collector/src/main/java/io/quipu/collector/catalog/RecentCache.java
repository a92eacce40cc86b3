package io.quipu.collector.catalog;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the entries used last, none longer than its age allows. What was loaded before {@link #clear} is not kept after
 * it, even if it is put later. Thread-safe.
 */
final class RecentCache<K, V> {

    private record Entry<V>(V value, long since) {
    }

    private final Clock clock;
    private final long maxAgeMillis;
    private final Map<K, Entry<V>> entries;
    private long generation;

    /**
     * An empty cache.
     *
     * @param limit entries kept at most
     * @param maxAge how long an entry is served, exclusive
     */
    RecentCache(int limit, Duration maxAge, Clock clock) {
        this.clock = clock;
        this.maxAgeMillis = maxAge.toMillis();
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Entry<V>> eldest) {
                return size() > limit;
            }
        };
    }

    synchronized Optional<V> get(K key) {
        Entry<V> entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        long age = clock.millis() - entry.since();
        // a clock that was set back must not keep an entry alive
        if (age < 0 || age >= maxAgeMillis) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(entry.value());
    }

    /** To be read before what is {@link #put} is loaded. */
    synchronized long generation() {
        return generation;
    }

    synchronized void put(long loadedIn, K key, V value) {
        if (loadedIn == generation) {
            entries.put(key, new Entry<>(value, clock.millis()));
        }
    }

    synchronized void clear() {
        generation++;
        entries.clear();
    }
}
