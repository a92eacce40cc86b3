package io.quipu.common.service;

import io.quipu.common.store.embedded.DataDirectoryException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells an operator why a service does not start on its data directory and what to do, without the engine's stack trace. */
public final class DataDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<DataDirectoryException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DataDirectoryException cause) {
        return new FailureAnalysis("The service cannot start: " + cause.getMessage() + ".", cause.action(), cause);
    }
}
