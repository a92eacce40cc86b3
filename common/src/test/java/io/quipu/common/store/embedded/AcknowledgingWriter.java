package io.quipu.common.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.nio.file.Path;
import java.time.Clock;

/** Runs in a process of its own: eight threads write until it is killed, and each key is printed once it is acknowledged. */
final class AcknowledgingWriter {

    private static final int THREADS = 8;

    private AcknowledgingWriter() {
    }

    public static void main(String[] arguments) {
        EmbeddedStore store = EmbeddedStore.open(Path.of(arguments[0]), Clock.systemUTC(), new StoreMetrics(new SimpleMeterRegistry()));
        for (int thread = 0; thread < THREADS; thread++) {
            String prefix = arguments[1] + "/" + thread + "/";
            new Thread(() -> {
                for (int n = 0; ; n++) {
                    String key = prefix + n + ".";
                    store.write(new Write.Insert(key, content(key)));
                    System.out.println(key);
                }
            }).start();
        }
    }

    /** What is written under a key. */
    static byte[] content(String key) {
        return (key + " ").repeat(50).getBytes(UTF_8);
    }
}
