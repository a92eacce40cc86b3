package io.quipu.accumulator;

import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.usage.Consumer;
import java.util.List;

/**
 * Some instances of a resource in an organization that may run: at least those whose timelines are not at rest.
 *
 * @param version the format, {@link #VERSION}
 * @param organizationId the organization
 * @param resourceId the resource
 * @param page its number
 * @param swept how many members were left when those at rest last had to leave
 * @param members the instances
 */
record RunningPageDocument(int version, String organizationId, String resourceId, int page, int swept,
        List<Member> members) {

    /** The format that this release writes; a newer one is refused. */
    static final int VERSION = 1;

    /** Copies the list; refuses a format of a newer release. */
    RunningPageDocument {
        if (version > VERSION) {
            throw new IllegalStateException("page of what runs has format " + version + ", this release knows " + VERSION);
        }
        members = List.copyOf(members);
    }

    /** The timeline of a member. */
    TimelineKey timeline(Member member) {
        return new TimelineKey(new Consumer(organizationId, member.spaceId(), member.consumerId()), resourceId,
                member.resourceInstanceId());
    }

    /**
     * An instance.
     *
     * @param spaceId its space
     * @param consumerId its consumer
     * @param resourceInstanceId the instance
     * @param position of the usage that put it there last: until its timeline has come that far, it must not leave
     */
    record Member(String spaceId, String consumerId, String resourceInstanceId, long position) {

        static Member of(TimelineKey timeline, long position) {
            return new Member(timeline.consumer().spaceId(), timeline.consumer().consumerId(),
                    timeline.resourceInstanceId(), position);
        }
    }
}
