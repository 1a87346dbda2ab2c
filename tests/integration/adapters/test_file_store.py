"""S3's own ways. What every `FileStore` promises is in tests/integration/ports."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters import file_store
from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.multipart_upload import MultipartUpload
from chalicelib.errors import ExportFailed, Unavailable

TYPE = "text/csv"


@pytest.fixture
def files(aws: None) -> S3FileStore:
    client("s3").create_bucket(Bucket="exports")
    return S3FileStore("exports")


def test_unfinished_uploads_below_a_prefix_are_aborted(files: S3FileStore) -> None:
    for key in ("p/one", "q/two"):
        client("s3").create_multipart_upload(Bucket="exports", Key=key)
    assert [files.abort_uploads(prefix) for prefix in ("p/", "p/", "q/")] == [1, 0, 1]


def test_a_link_is_signed_with_version_4_for_a_time_and_names_the_file(files: S3FileStore) -> None:
    url = files.make_download_url("p/f", file_name="products ü.csv", content_type=TYPE, seconds=300)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert "X-Amz-Expires=300" in url
    assert "attachment%3B%20filename%3D%22products%20_.csv%22" in url
    assert "filename%2A%3DUTF-8%27%27products%2520%25C3%25BC.csv" in url
    assert "response-content-type=text%2Fcsv" in url


def test_objects_have_their_content_type(files: S3FileStore) -> None:
    files.write("p/small", [b"x"], content_type=TYPE)
    files.write("p/large", [b"x" * 9_000_000], content_type=TYPE)
    files.concatenate("p/whole", b"x", [], content_type=TYPE)
    for key in ("p/small", "p/large", "p/whole"):
        assert client("s3").head_object(Bucket="exports", Key=key)["ContentType"] == TYPE


def test_keys_of_second_pages_are_found_and_removed(
    files: S3FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_store, "KEYS_PER_BATCH", 2)

    def shorten(params: dict[str, Any], **named: Any) -> None:
        params["MaxKeys"] = 2

    client("s3").meta.events.register("before-parameter-build.s3.ListObjectsV2", shorten)
    keys = tuple(f"p/{number}" for number in range(5))
    for key in keys:
        files.write(key, [b"x"], content_type=TYPE)
    assert files.find_keys("p/") == keys
    files.remove(keys)
    assert files.find_keys("p/") == ()


def test_uploads_of_second_pages_are_aborted(files: S3FileStore) -> None:
    def shorten(params: dict[str, Any], **named: Any) -> None:
        params["MaxUploads"] = 2

    client("s3").meta.events.register("before-parameter-build.s3.ListMultipartUploads", shorten)
    for number in range(5):
        client("s3").create_multipart_upload(Bucket="exports", Key=f"p/{number}")
    assert (files.abort_uploads("p/"), files.abort_uploads("p/")) == (5, 0)


def test_an_object_that_s3_did_not_remove_is_an_error(files: S3FileStore) -> None:
    def refuse(parsed: dict[str, Any], **named: Any) -> None:
        parsed["Errors"] = [{"Key": "p/1", "Code": "InternalError"}]

    client("s3").meta.events.register("after-call.s3.DeleteObjects", refuse)
    with pytest.raises(Unavailable, match="not removed: 1"):
        files.remove(["p/1", "p/2"])


def test_a_bucket_that_is_not_there_is_unavailable(aws: None) -> None:
    with pytest.raises(Unavailable):
        S3FileStore("gone").find_keys("p/")


def test_a_body_is_not_hashed_again_for_its_signature(files: S3FileStore) -> None:
    seen: list[str] = []
    events = client("s3").meta.events
    name = "X-Amz-Content-SHA256"
    events.register_first(
        "before-send.s3", lambda request, **_: seen.append(str(request.headers[name])), "seen"
    )
    files.write("p/file", [b"x"], content_type=TYPE)
    events.unregister("before-send.s3", unique_id="seen")
    assert seen
    assert all("UNSIGNED-PAYLOAD" in one for one in seen)


def test_parts_that_do_not_add_up_are_no_file(
    files: S3FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MultipartUpload, "complete", lambda upload: 3)
    with pytest.raises(ExportFailed, match="do not add up"):
        files.concatenate("p/file", b"head", [], content_type=TYPE)
