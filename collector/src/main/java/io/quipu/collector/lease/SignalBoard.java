package io.quipu.collector.lease;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.Map;
import java.util.Optional;

/** The {@link Signal} as it is stored. Thread-safe. */
public final class SignalBoard {

    /** Times that raising it is tried while others write in between. */
    static final int MAX_TRIES = 12;

    private final DocumentStore store;

    /** On the store that the collectors share. */
    public SignalBoard(DocumentStore store) {
        this.store = store;
    }

    /**
     * What was signalled.
     *
     * @throws StoreException when the store is away
     */
    public Signal read() {
        return signal(store.get(Keys.signal()));
    }

    private static Signal signal(Optional<Document> document) {
        return document.map(d -> Json.read(d.content(), Signal.class)).orElse(Signal.NONE);
    }

    /**
     * Raises it where these ends are further; writes nothing when they are not.
     *
     * @throws StoreException when that is not known to be done: worth another try
     */
    public void raise(Map<Integer, Signal.End> ends) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<Document> document = store.get(Keys.signal());
            Signal known = signal(document);
            Signal raised = known.raised(ends);
            if (raised.equals(known)) {
                return;
            }
            byte[] content = Json.write(raised);
            if (store.write(document.<Write>map(d -> new Write.Replace(d.key(), d.version(), content))
                    .orElse(new Write.Insert(Keys.signal(), content))).written()) {
                return;
            }
        }
        throw new StoreException("others have written the signal in between " + MAX_TRIES + " times");
    }
}
