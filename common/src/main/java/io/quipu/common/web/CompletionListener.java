package io.quipu.common.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Is told when a request that its thread has left is complete, however that came: answered, late, or cut off. */
@FunctionalInterface
public interface CompletionListener extends AsyncListener {

    /** The request is complete; what is left of its answer the server sends next. */
    @Override
    void onComplete(AsyncEvent event);

    @Override
    default void onTimeout(AsyncEvent event) {
        // it is completed next
    }

    @Override
    default void onError(AsyncEvent event) {
        // it is completed next
    }

    /** Whoever leaves a request once more begins without listeners. */
    @Override
    default void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
    }
}
