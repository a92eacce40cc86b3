package io.quipu.collector.web;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.http11.Http11NioProtocol;
import org.junit.jupiter.api.Test;

class UnhurriedProtocolTest {

    private final ScheduledExecutorService executor = mock(ScheduledExecutorService.class);

    @Test
    void nobodyLooksAtTheTimeOfRequestsNowAndThen() {
        UnhurriedProtocol protocol = new UnhurriedProtocol();
        protocol.setUtilityExecutor(executor);
        protocol.startAsyncTimeout();
        verifyNoInteractions(executor);
    }

    /** What is done without is still where it was: else the one above would show nothing. */
    @Test
    void tomcatLooksOnceASecond() {
        class Stock extends Http11NioProtocol {
            void begin() {
                startAsyncTimeout();
            }
        }
        Stock protocol = new Stock();
        protocol.setUtilityExecutor(executor);
        protocol.begin();
        verify(executor).scheduleAtFixedRate(any(), eq(1L), eq(1L), eq(TimeUnit.SECONDS));
    }
}
