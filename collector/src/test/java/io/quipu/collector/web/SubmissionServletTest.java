package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** What becomes of failures; all else is tested on a real server. */
class SubmissionServletTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Exception> answered = new ArrayList<>();
    private final HandlerExceptionResolver problems = (request, response, handler, failure) -> {
        answered.add(failure);
        return new ModelAndView();
    };

    private SubmissionServlet servlet(HandlerExceptionResolver problems) {
        SubmissionServlet servlet = new SubmissionServlet(() -> null, () -> problems, () -> new SubmissionTimes(registry));
        servlet.init();
        return servlet;
    }

    /** A request that fails when its type is asked for. */
    private static MockHttpServletRequest request(Supplier<String> failure) {
        return new MockHttpServletRequest("POST", "/v1/metering/collected/usage") {
            @Override
            public String getContentType() {
                return failure.get();
            }
        };
    }

    @Test
    void anErrorIsAnsweredLikeAnyFailure() throws Exception {
        StackOverflowError error = new StackOverflowError("too deep");
        servlet(problems).service(request(() -> {
            throw error;
        }), new MockHttpServletResponse());
        assertThat(answered).singleElement().satisfies(failure -> assertThat(failure).isInstanceOf(ServletException.class)
                .hasMessageContaining("too deep").hasCause(error));
    }

    @Test
    void whatNobodyAnswersGoesToTheContainer() {
        IllegalStateException failure = new IllegalStateException("no connection left");
        assertThatThrownBy(() -> servlet((request, response, handler, e) -> null).service(request(() -> {
            throw failure;
        }), new MockHttpServletResponse())).isInstanceOf(ServletException.class).hasCause(failure);
        assertThat(registry.get("http.server.requests").tag("status", "500").tag("exception", "IllegalStateException")
                .tag("outcome", "SERVER_ERROR").timer().count()).isEqualTo(1);
    }
}
