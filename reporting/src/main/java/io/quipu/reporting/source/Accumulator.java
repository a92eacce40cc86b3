package io.quipu.reporting.source;

import io.quipu.common.time.Window;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The states of resource instances. Thread-safe. */
public interface Accumulator {

    /** Consumers that one request may ask for. */
    int MAX_CONSUMERS = 100;

    /**
     * The documents and levels of every instance of some consumers that has a document, or a level, in any of the windows, one
     * instance and plan path after the other as they arrive. An instance may come twice.
     *
     * @param consumerIds at most {@link #MAX_CONSUMERS}
     * @param instances is handed each
     */
    void instances(String organizationId, String spaceId, List<String> consumerIds, Set<Window> windows,
            Consumer<InstanceDocuments> instances);
}
