"""Measurements as a table that fits a terminal."""


def rows(found):
    """(what, figure) in the order in which one asks."""
    for name in ("video", "audio"):
        track = found.get(name)
        if track:
            yield name, (f"{track['packets']} packets, {track['duration_ms'] / 1000:.3f} s, step {track['usual_step_ms']:g} ms "
                         f"(largest {track['largest_step_ms']}), {track['gaps']} gaps, {track['backwards']} backwards")
        else:
            yield name, "none"
    if sync := found.get("sync"):
        yield "sound − picture", (f"start {sync['start_ms']:+.1f}, middle {sync['middle_ms']:+.1f}, end {sync['end_ms']:+.1f} ms "
                                  f"({sync['events']} events, {sync['min_ms']:+.1f} … {sync['max_ms']:+.1f}; sound early is negative)")
        yield "drift", f"{sync['drift_ms_per_min']:+.2f} ms a minute"
    elif "sync" in found:
        yield "sound − picture", "no flash with a beep near it was found"
    if "decode_warnings" in found:
        warnings = found["decode_warnings"]
        yield "decoder", "no warning" if not warnings else f"{len(warnings)} warnings, first: {warnings[0]}"
    if stalls := found.get("stalls"):
        yield "longest stall", f"video {stalls['video_ms']} ms, audio {stalls['audio_ms']} ms, any {stalls['any_ms']} ms"
    if stalls := found.get("source_stalls"):
        yield "  of the source", f"video {stalls['video_ms']} ms, audio {stalls['audio_ms']} ms, any {stalls['any_ms']} ms"
    for name, same in found.get("identity", {}).items():
        yield f"{name} bytes", identity(same)
    if latency := found.get("latency"):
        yield "latency", (f"median {latency['median_ms']} ms, start {latency['start_ms']}, end {latency['end_ms']}, "
                          f"{latency['min_ms']} … {latency['max_ms']} ms ({latency['matched']} frames)")


def identity(same):
    if same["identical"]:
        return f"identical: all {same['of']}, from source packet {same['starts_at']}, {same['source_left']} of the source left"
    if "first_mismatch" in same:
        first = same["first_mismatch"]
        where = f"first difference at packet {first['index']} ({first['output_pts_ms']} ms)"
        return f"{same['matched']} of {same['of']} in a row, {same['in_source']} in all; {where}"
    return same["why"]


def table(found):
    streams = ", ".join(
        f"{s.get('codec_name')} {s['width']}×{s['height']} {s['r_frame_rate']}" if s["codec_type"] == "video"
        else f"{s.get('codec_name')} {s.get('sample_rate')} Hz {s.get('channels')} ch"
        for s in found["streams"] if s.get("codec_type") in ("video", "audio"))
    lines = [("streams", streams), *rows(found)]
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:{width}}  {figure}" for name, figure in lines)
