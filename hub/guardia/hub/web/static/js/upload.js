// One upload with progress. XMLHttpRequest, because fetch does not tell how much has gone out.

export function upload(file, { room, csrf, onProgress }) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", `/api/files?room=${encodeURIComponent(room)}&name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); };
    request.onload = () => {
      if (request.status === 201) resolve(request.response.file);
      else {
        const error = request.response?.error;
        reject(new Error(error ? `${error.message} ${error.remedy}` : `HTTP ${request.status}`));
      }
    };
    request.onerror = () => reject(new Error("network"));
    request.onabort = () => reject(new Error("stopped"));
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
