package io.quipu.collector.web;

import io.quipu.collector.intake.EventReader;
import io.quipu.common.usage.Event;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Events in, under the paths of Abacus's sampler. Unlike there, no order of events is wrong: what a start, a stop or a level
 * means for what runs is found when the log is driven, and comes out the same in whatever order they arrive.
 */
@RestController
public class EventController {

    /** The path under which events are submitted. */
    public static final String EVENTS = "/v1/events";

    private final EventReader reader = new EventReader();
    private final Submissions submissions;

    EventController(Submissions submissions) {
        this.submissions = submissions;
    }

    /** Takes one event, or an array of them; answered as {@link Submissions#submit} says. */
    @PostMapping(path = EVENTS + "/{kind:start|stop|level}", consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    public void submit(@PathVariable("kind") String kind, HttpServletRequest request, HttpServletResponse response) {
        Event.Kind named = Event.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        submissions.submit(request, response, body -> reader.read(named, body));
    }
}
