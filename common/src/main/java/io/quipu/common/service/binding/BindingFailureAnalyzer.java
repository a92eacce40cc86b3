package io.quipu.common.service.binding;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells an operator why an application does not start with the services that are bound to it. */
final class BindingFailureAnalyzer extends AbstractFailureAnalyzer<BindingException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, BindingException cause) {
        return new FailureAnalysis("The service cannot start: " + cause.getMessage() + ".", cause.action(), cause);
    }
}
